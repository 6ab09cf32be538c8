package dev.kinebeam.gateway.automations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;

/**
 * An automation as the inbox shows it. Times are RFC 3339 in UTC; null stands for what has not
 * happened.
 *
 * @param subject the media id for {@code content_quality}; empty otherwise
 * @param exercise the slug of that exercise, where the catalogue knows it
 * @param resolvedBy a person's id, or {@code condition}
 * @param clearedAt when the condition ended; until then no other of its kind is opened
 */
record Automation(
    UUID automationId,
    String rule,
    String subject,
    String exercise,
    String title,
    String state,
    int version,
    String openedAt,
    String updatedAt,
    String snoozedUntil,
    String resolvedAt,
    String resolvedBy,
    String clearedAt,
    JsonNode evidence,
    JsonNode clearingEvidence) {}
