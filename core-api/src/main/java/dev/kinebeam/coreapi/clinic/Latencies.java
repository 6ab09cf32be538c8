package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.VideoHealth.Percentiles;
import java.util.Collection;
import java.util.List;

/**
 * One latency of a set of sessions: its exact percentiles, which cannot be added up, or a histogram
 * in the steps of {@code latency_bounds()}, which can. Immutable.
 */
sealed interface Latencies permits Latencies.Exact, Histogram {
  /** Of no session. */
  Latencies NONE = new Histogram(1, new long[0]);

  /** The 50th, 75th and 95th percentile as the database computed them. */
  record Exact(double p50, double p75, double p95) implements Latencies {
    @Override
    public Percentiles percentiles(long n, List<Long> bounds) {
      return new Percentiles(n, p50, p75, p95);
    }
  }

  /**
   * The percentiles.
   *
   * @param n how many latencies there are, positive
   * @param bounds the lower bounds of the histogram's steps in ms, ascending
   * @throws IllegalStateException when a histogram holds fewer than {@code n}
   */
  Percentiles percentiles(long n, List<Long> bounds);

  /**
   * The latencies of the union of disjoint sets.
   *
   * @throws IllegalStateException when exact percentiles would have to be added to others
   */
  static Latencies sum(Collection<Latencies> all) {
    List<Latencies> some = all.stream().filter(latencies -> latencies != NONE).toList();
    if (some.size() == 1) {
      return some.get(0);
    }
    return some.stream()
        .map(latencies -> latencies instanceof Histogram histogram ? histogram : refuse(some))
        .collect(Histogram.SUM);
  }

  private static Histogram refuse(List<Latencies> all) {
    throw new IllegalStateException("exact percentiles cannot be added up: " + all);
  }
}
