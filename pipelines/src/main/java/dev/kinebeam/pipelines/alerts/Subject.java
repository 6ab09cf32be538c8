package dev.kinebeam.pipelines.alerts;

/**
 * What an automation is about.
 *
 * @param id the media id for {@link Rule#CONTENT_QUALITY}; empty for what concerns the organisation
 */
record Subject(Rule rule, String id) {
  static Subject organisation(Rule rule) {
    return new Subject(rule, "");
  }

  static Subject exercise(String mediaId) {
    return new Subject(Rule.CONTENT_QUALITY, mediaId);
  }
}
