package dev.kinebeam.coreapi.automations;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;

/**
 * An automation as the inbox shows it. Times are RFC 3339 in UTC; null stands for what has not
 * happened.
 */
record Automation(
    UUID automationId,
    @JsonUnwrapped Subject about,
    AutomationState state,
    int version,
    @JsonUnwrapped Times times,
    @JsonUnwrapped Resolution resolution,
    JsonNode evidence,
    JsonNode clearingEvidence) {

  /**
   * What it is about.
   *
   * @param subject the media id for {@code content_quality}; empty otherwise
   * @param exercise the slug of that exercise, where the catalogue knows it
   */
  record Subject(String rule, String subject, String exercise, String title) {}

  /** When it changed. */
  record Times(String openedAt, String updatedAt, String snoozedUntil) {}

  /**
   * How it ended.
   *
   * @param resolvedBy a person's id, or {@code condition}
   * @param clearedAt when the condition ended; until then no other of its kind is opened
   */
  record Resolution(String resolvedAt, String resolvedBy, String clearedAt) {}
}
