package dev.kinebeam.schemas;

/** The alert thresholds of an organisation that has set none. */
public final class AlertDefaults {
  /** The least number of sessions from which a rule applies. */
  public static final int MIN_SESSIONS = 5;

  /** {@code cdn_issue}: a first byte later than this counts. */
  public static final long TTFB_LIMIT_MS = 3_000;

  /** {@code cdn_issue}: the share of such sessions that must be exceeded. */
  public static final double CDN_ISSUE_SHARE = 0.20;

  /** {@code content_quality}: the share of sessions with an error that must be exceeded. */
  public static final double CONTENT_QUALITY_SHARE = 0.10;

  /** {@code network_degradation}: how many times the usual rebuffer ratio must be reached. */
  public static final double NETWORK_DEGRADATION_TIMES = 3;

  /** {@code network_degradation}: no smaller rebuffer ratio counts. */
  public static final double MIN_REBUFFER_RATIO = 0.005;

  private AlertDefaults() {}
}
