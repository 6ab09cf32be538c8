package dev.kinebeam.gateway.clinic;

import dev.kinebeam.gateway.clinic.VideoHealth.Percentiles;
import java.util.List;

/**
 * Latencies of a set of sessions: either their percentiles as the database worked them out, or
 * counts in the steps of {@code latency_bounds()}, which can be added up.
 */
final class Latencies {
  private static final double[] SHARES = {0.5, 0.75, 0.95};

  private Double[] exact;
  private long[] counts;

  void set(Double[] percentiles) {
    exact = percentiles;
  }

  /** Counts {@code n} more in a step; the first place is 1, for what is below the first bound. */
  void add(int place, long n, int places) {
    if (counts == null) {
      counts = new long[places];
    }
    counts[place - 1] += n;
  }

  /**
   * The percentiles; of steps by nearest rank, the middle of the step, so at most 6 % off; five
   * minutes from there on.
   *
   * @param n how many latencies there are
   * @param bounds the steps' lower bounds, in ms, rising
   */
  Percentiles percentiles(long n, List<Long> bounds) {
    if (n == 0) {
      return new Percentiles(0, null, null, null);
    }
    Double[] values = exact;
    if (values == null) {
      values = new Double[SHARES.length];
      for (int i = 0; i < SHARES.length; i++) {
        values[i] = middle(place(Math.max(1, (long) Math.ceil(SHARES[i] * n))), bounds);
      }
    }
    return new Percentiles(n, values[0], values[1], values[2]);
  }

  private int place(long rank) {
    long upTo = 0;
    for (int i = 0; i < counts.length; i++) {
      upTo += counts[i];
      if (upTo >= rank) {
        return i + 1;
      }
    }
    throw new IllegalStateException(
        "the steps hold "
            + upTo
            + " latencies and the sessions say that there are at least "
            + rank);
  }

  private static double middle(int place, List<Long> bounds) {
    if (place == 1) {
      return 0;
    }
    long lower = bounds.get(place - 2);
    return place > bounds.size() ? lower : (lower + bounds.get(place - 1) - 1) / 2.0;
  }
}
