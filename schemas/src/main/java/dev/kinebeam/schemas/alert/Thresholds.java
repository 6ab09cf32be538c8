package dev.kinebeam.schemas.alert;

import dev.kinebeam.schemas.AlertDefaults;
import dev.kinebeam.schemas.AlertRule;

/**
 * When the rules speak, as one organisation wants it.
 *
 * @param ttfbLimitMs a first byte later than this counts for {@link AlertRule#CDN_ISSUE}
 * @param minRatio no smaller rebuffer ratio counts for {@link AlertRule#NETWORK_DEGRADATION}
 */
public record Thresholds(
    Limit cdnIssue,
    long ttfbLimitMs,
    Limit contentQuality,
    Limit networkDegradation,
    double minRatio) {

  /**
   * One rule's.
   *
   * @param threshold a share, or how many times the baseline
   * @param minSessions with fewer sessions the rule is silent
   */
  public record Limit(boolean enabled, double threshold, int minSessions) {}

  /** Those of an organisation that has set none. */
  public static final Thresholds DEFAULT =
      new Thresholds(
          new Limit(true, AlertDefaults.CDN_ISSUE_SHARE, AlertDefaults.MIN_SESSIONS),
          AlertDefaults.TTFB_LIMIT_MS,
          new Limit(true, AlertDefaults.CONTENT_QUALITY_SHARE, AlertDefaults.MIN_SESSIONS),
          new Limit(true, AlertDefaults.NETWORK_DEGRADATION_TIMES, AlertDefaults.MIN_SESSIONS),
          AlertDefaults.MIN_REBUFFER_RATIO);

  /** With another rule set. */
  public Thresholds withCdnIssue(Limit limit, long limitMs) {
    return new Thresholds(limit, limitMs, contentQuality, networkDegradation, minRatio);
  }

  /** With another rule set. */
  public Thresholds withContentQuality(Limit limit) {
    return new Thresholds(cdnIssue, ttfbLimitMs, limit, networkDegradation, minRatio);
  }

  /** With another rule set. */
  public Thresholds withNetworkDegradation(Limit limit, double ratio) {
    return new Thresholds(cdnIssue, ttfbLimitMs, contentQuality, limit, ratio);
  }
}
