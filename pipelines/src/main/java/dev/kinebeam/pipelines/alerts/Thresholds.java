package dev.kinebeam.pipelines.alerts;

/**
 * When the rules speak, as one organisation wants it.
 *
 * @param ttfbLimitMs a first byte later than this counts for {@link Rule#CDN_ISSUE}
 * @param minRatio no smaller rebuffer ratio counts for {@link Rule#NETWORK_DEGRADATION}
 */
record Thresholds(
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
  record Limit(boolean enabled, double threshold, int minSessions) {}

  private static final int MIN_SESSIONS = 5;

  /** The seed's numbers. */
  static final Thresholds DEFAULT =
      new Thresholds(
          new Limit(true, 0.20, MIN_SESSIONS),
          3_000,
          new Limit(true, 0.10, MIN_SESSIONS),
          new Limit(true, 3, MIN_SESSIONS),
          0.005);

  Thresholds withCdnIssue(Limit limit, long limitMs) {
    return new Thresholds(limit, limitMs, contentQuality, networkDegradation, minRatio);
  }

  Thresholds withContentQuality(Limit limit) {
    return new Thresholds(cdnIssue, ttfbLimitMs, limit, networkDegradation, minRatio);
  }

  Thresholds withNetworkDegradation(Limit limit, double ratio) {
    return new Thresholds(cdnIssue, ttfbLimitMs, contentQuality, limit, ratio);
  }
}
