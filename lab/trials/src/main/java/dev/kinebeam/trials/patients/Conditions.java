package dev.kinebeam.trials.patients;

import java.util.random.RandomGenerator;

/** What lies between a simulated player and its video. */
public enum Conditions {
  /** Mixed, as it comes. */
  USUAL(60, 500, 300, 4_000, 4, 20),
  /** A quiet week: when a player stalls at all, it is over in a moment. */
  GOOD(60, 400, 200, 500, 4, 20),
  /** The delivery network answers late; once bytes flow, they flow well. */
  SLOW_CDN(3_600, 4_000, 200, 500, 4, 20),
  /** The line is bad: every stall is a long one. */
  BAD_NETWORK(200, 900, 3_000, 4_000, 4, 20),
  /** A telephone at the edge of its cell: little bandwidth, and it is not enough now and then. */
  WEAK(250, 1_300, 800, 3_500, 0.6, 2);

  private final long leastTtfbMs;
  private final long ttfbSpreadMs;
  private final long leastStallMs;
  private final long stallSpreadMs;
  private final double leastMbps;
  private final double mbpsSpread;

  Conditions(
      long leastTtfbMs,
      long ttfbSpreadMs,
      long leastStallMs,
      long stallSpreadMs,
      double leastMbps,
      double mbpsSpread) {
    this.leastTtfbMs = leastTtfbMs;
    this.ttfbSpreadMs = ttfbSpreadMs;
    this.leastStallMs = leastStallMs;
    this.stallSpreadMs = stallSpreadMs;
    this.leastMbps = leastMbps;
    this.mbpsSpread = mbpsSpread;
  }

  /** Time to first byte of one start, milliseconds. */
  long ttfbMs(RandomGenerator random) {
    return leastTtfbMs + random.nextLong(ttfbSpreadMs);
  }

  /** Duration of one stall, milliseconds. */
  long stallMs(RandomGenerator random) {
    return leastStallMs + random.nextLong(stallSpreadMs);
  }

  /** Bandwidth when a session begins, Mb/s. */
  double mbps(RandomGenerator random) {
    return leastMbps + random.nextDouble() * mbpsSpread;
  }
}
