package dev.kinebeam.pipelines.sessions;

/**
 * How much a viewer can have watched. Players that sleep, or count by a clock of their own, report
 * nights; no player plays faster than twice the speed.
 */
final class WatchedTime {
  /** A player is silent this long in a pause or asleep, and not while it plays. */
  static final long LONGEST_GAP_MS = 10 * 60_000;

  /** What a longer gap counts as. */
  static final long GAP_COUNTS_MS = 60_000;

  /** With fewer heartbeats the readings do not span what was watched. */
  static final int MIN_HEARTBEATS = 2;

  private static final int FASTEST = 2;

  private WatchedTime() {}

  /**
   * The greatest credible watched time, in seconds: twice the time between the first reading and
   * the last, a gap of more than ten minutes counted as one minute.
   *
   * @param lastMs the latest event by the patient's clock, for what a full log has no room for
   */
  static double limitSeconds(PlayheadLog log, long lastMs) {
    long span = 0;
    for (int i = 1; i < log.size(); i++) {
      long gap = Math.max(0, log.timeMs(i) - log.timeMs(i - 1));
      span += gap > LONGEST_GAP_MS ? GAP_COUNTS_MS : gap;
    }
    if (log.isFull()) {
      span += Math.max(0, lastMs - log.timeMs(log.size() - 1));
    }
    return FASTEST * span / 1000.0;
  }
}
