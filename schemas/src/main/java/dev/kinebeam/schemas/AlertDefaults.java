package dev.kinebeam.schemas;

import java.time.Duration;

/** The alert thresholds of an organisation that has set none, and the windows of the rules. */
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

  /** How long a condition must have failed before its automation ends. */
  public static final Duration RESOLVE_AFTER = Duration.ofMinutes(10);

  /** The window of {@code cdn_issue} and {@code network_degradation}. */
  public static final Duration RECENT = Duration.ofHours(1);

  /** The window of {@code content_quality}. */
  public static final Duration EXERCISE = Duration.ofHours(24);

  /** What {@code network_degradation} compares with, its own window left out. */
  public static final Duration BASELINE = Duration.ofDays(7);

  private AlertDefaults() {}
}
