package dev.kinebeam.schemas;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be wrong with a clinic's videos: the rules that open automations. */
public enum AlertRule {
  /** First bytes come late, for patients of one organisation. */
  CDN_ISSUE("CDN issue affecting patients"),
  /** One exercise fails too often. */
  CONTENT_QUALITY("Content quality issue"),
  /** Stalls take a far greater share of the time than usual. */
  NETWORK_DEGRADATION("Network degradation");

  /** All codes, for messages. */
  public static final String LIST =
      Arrays.stream(values()).map(AlertRule::code).collect(Collectors.joining(", "));

  private final String code = name().toLowerCase(Locale.ROOT);
  private final String title;

  AlertRule(String title) {
    this.title = title;
  }

  /** What the inbox calls it. */
  public String title() {
    return title;
  }

  /** What tables, messages and the interface call it, such as {@code cdn_issue}. */
  public String code() {
    return code;
  }

  /** The rule with exactly this code. */
  public static Optional<AlertRule> find(String code) {
    return Arrays.stream(values()).filter(rule -> rule.code.equals(code)).findFirst();
  }

  /**
   * The rule with this code, where there can be no other.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static AlertRule of(String code) {
    return find(code)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no alert rule is called " + code + "; the rules are " + LIST));
  }
}
