package dev.kinebeam.pipelines.alerts;

import java.util.Locale;

/** What can be wrong with a clinic's videos. */
enum Rule {
  /** First bytes come late, for patients of one organisation. */
  CDN_ISSUE("CDN issue affecting patients"),
  /** One exercise fails too often. */
  CONTENT_QUALITY("Content quality issue"),
  /** Stalls take a far greater share of the time than they use to. */
  NETWORK_DEGRADATION("Network degradation");

  private final String title;

  Rule(String title) {
    this.title = title;
  }

  /** What the inbox calls it. */
  String title() {
    return title;
  }

  /** What tables and messages call it, such as {@code cdn_issue}. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The rule with this code. */
  static Rule of(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
