package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.VideoHealth.Percentiles;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collector;

/**
 * How many latencies lie in which step. Step 1 is below the first bound of {@code
 * latency_bounds()}, step i + 1 from bound i on. Immutable.
 */
final class Histogram implements Latencies {
  /** Adds histograms up. */
  static final Collector<Histogram, ?, Latencies> SUM =
      Collector.of(Sum::new, Sum::add, Sum::join, Sum::total);

  private final int first;
  private final long[] counts;

  /**
   * A histogram.
   *
   * @param first the step of the first count
   * @param counts of consecutive steps; steps outside hold none. Taken over, not copied
   */
  Histogram(int first, long[] counts) {
    this.first = first;
    this.counts = counts;
  }

  /** {@code n} latencies in one step. */
  static Histogram ofStep(int step, long n) {
    return new Histogram(step, new long[] {n});
  }

  /** The counts of all steps from the first on. */
  static Histogram ofSteps(Integer[] counts) {
    return new Histogram(1, Arrays.stream(counts).mapToLong(Integer::longValue).toArray());
  }

  /**
   * By nearest rank, the middle of the step: at most 6 % off; five minutes for what lies beyond.
   */
  @Override
  public Percentiles percentiles(long n, List<Long> bounds) {
    return new Percentiles(
        n,
        middle(step(0.5, n), bounds),
        middle(step(0.75, n), bounds),
        middle(step(0.95, n), bounds));
  }

  private int step(double share, long n) {
    long rank = Math.max(1, (long) Math.ceil(share * n));
    long upTo = 0;
    for (int i = 0; i < counts.length; i++) {
      upTo += counts[i];
      if (upTo >= rank) {
        return first + i;
      }
    }
    throw new IllegalStateException(
        "the histogram holds " + upTo + " latencies, the sessions report at least " + rank);
  }

  private static double middle(int step, List<Long> bounds) {
    if (step == 1) {
      return 0;
    }
    long lower = bounds.get(step - 2);
    return step > bounds.size() ? lower : (lower + bounds.get(step - 1) - 1) / 2.0;
  }

  /** The running sum of a collection that one thread adds up. */
  private static final class Sum {
    private long[] counts = new long[0];

    void add(Histogram next) {
      int offset = next.first - 1;
      if (counts.length < offset + next.counts.length) {
        counts = Arrays.copyOf(counts, offset + next.counts.length);
      }
      for (int i = 0; i < next.counts.length; i++) {
        counts[offset + i] += next.counts[i];
      }
    }

    Sum join(Sum other) {
      add(new Histogram(1, other.counts));
      return this;
    }

    Latencies total() {
      return new Histogram(1, counts);
    }
  }
}
