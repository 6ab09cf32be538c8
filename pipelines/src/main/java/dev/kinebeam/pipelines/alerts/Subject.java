package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.schemas.AlertRule;

/**
 * What an automation is about.
 *
 * @param id the media id for {@link AlertRule#CONTENT_QUALITY}; empty for what concerns the
 *     organisation
 */
record Subject(AlertRule rule, String id) {
  static Subject organisation(AlertRule rule) {
    return new Subject(rule, "");
  }

  static Subject exercise(String mediaId) {
    return new Subject(AlertRule.CONTENT_QUALITY, mediaId);
  }
}
