package dev.kinebeam.trials.bench.measure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Repeated measurements of one thing, sorted. */
public final class Samples {
  private final double[] sorted;

  private Samples(double[] sorted) {
    this.sorted = sorted;
  }

  /**
   * These measurements.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Samples of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Samples(sorted);
  }

  /** These measurements. */
  public static Samples of(List<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** The middle one; of an even number, the mean of the middle two. */
  public double median() {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The least measurement that is not below {@code share} of all of them (nearest rank).
   *
   * @param share 0.95 for p95
   */
  public double percentile(double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)];
  }

  /** The greatest. */
  public double max() {
    return sorted[sorted.length - 1];
  }

  /** The least and the greatest, in whole numbers. */
  public String spread() {
    return String.format(Locale.ROOT, "%,.0f to %,.0f", sorted[0], max());
  }
}
