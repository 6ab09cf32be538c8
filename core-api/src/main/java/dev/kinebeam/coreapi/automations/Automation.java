package dev.kinebeam.coreapi.automations;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
    @Nullable Actor actedBy,
    Feedback feedback,
    @Nullable JsonNode evidence,
    @Nullable JsonNode clearingEvidence) {

  /**
   * What it is about.
   *
   * @param subject the media id for {@code content_quality}; empty otherwise
   * @param exercise the slug of that exercise, where the catalogue knows it
   */
  record Subject(String rule, String subject, @Nullable String exercise, String title) {}

  /**
   * Who last acknowledged, snoozed, resolved or reopened it.
   *
   * @param name null where the organisation has no such person any more
   */
  record Actor(UUID personId, @Nullable String name) {}

  /**
   * Whether people found it useful.
   *
   * @param mine what the caller answered; null until then
   */
  record Feedback(long useful, long notUseful, @Nullable Boolean mine) {}

  /** When it changed. */
  record Times(String openedAt, String updatedAt, @Nullable String snoozedUntil) {}

  /**
   * How it ended.
   *
   * @param resolvedBy a person's id, or {@code condition}
   * @param clearedAt when the condition ended; until then no other of its kind is opened
   */
  record Resolution(
      @Nullable String resolvedAt, @Nullable String resolvedBy, @Nullable String clearedAt) {}

  /** Its entity tag: another one after each change of its state. */
  String tag() {
    return '"' + Integer.toString(version) + '"';
  }
}
