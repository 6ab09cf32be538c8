package dev.kinebeam.coreapi.automations;

import dev.kinebeam.schemas.AlertDefaults;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.alert.Thresholds;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When one rule speaks in an organisation.
 *
 * @param threshold a share to exceed, or for {@code network_degradation} how many times the usual
 *     rebuffer ratio must be reached
 * @param minSessions with fewer sessions the rule is silent
 * @param ttfbLimitMs only of {@code cdn_issue}: a first byte later than this counts
 * @param minRatio only of {@code network_degradation}: no smaller rebuffer ratio counts
 * @param isDefault the organisation has set nothing for this rule
 */
record AlertThreshold(
    String rule,
    boolean enabled,
    double threshold,
    int minSessions,
    @Nullable Long ttfbLimitMs,
    @Nullable Double minRatio,
    boolean isDefault) {

  /** What holds where nothing is set. */
  static AlertThreshold byDefault(AlertRule rule) {
    return switch (rule) {
      case CDN_ISSUE -> of(rule, AlertDefaults.CDN_ISSUE_SHARE, AlertDefaults.TTFB_LIMIT_MS, null);
      case CONTENT_QUALITY -> of(rule, AlertDefaults.CONTENT_QUALITY_SHARE, null, null);
      case NETWORK_DEGRADATION ->
          of(rule, AlertDefaults.NETWORK_DEGRADATION_TIMES, null, AlertDefaults.MIN_REBUFFER_RATIO);
    };
  }

  private static AlertThreshold of(
      AlertRule rule, double threshold, @Nullable Long ttfbLimitMs, @Nullable Double ratio) {
    return new AlertThreshold(
        rule.code(), true, threshold, AlertDefaults.MIN_SESSIONS, ttfbLimitMs, ratio, true);
  }

  /**
   * All rules as the decision of the rules takes them; a rule that is not named has its defaults.
   */
  static Thresholds together(Collection<AlertThreshold> set) {
    Thresholds all = Thresholds.DEFAULT;
    for (AlertThreshold one : set) {
      Thresholds.Limit limit = new Thresholds.Limit(one.enabled, one.threshold, one.minSessions);
      all =
          switch (AlertRule.of(one.rule)) {
            case CDN_ISSUE ->
                all.withCdnIssue(
                    limit,
                    Objects.requireNonNullElse(one.ttfbLimitMs, AlertDefaults.TTFB_LIMIT_MS));
            case CONTENT_QUALITY -> all.withContentQuality(limit);
            case NETWORK_DEGRADATION ->
                all.withNetworkDegradation(
                    limit,
                    Objects.requireNonNullElse(one.minRatio, AlertDefaults.MIN_REBUFFER_RATIO));
          };
    }
    return all;
  }
}
