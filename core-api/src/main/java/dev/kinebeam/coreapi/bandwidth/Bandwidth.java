package dev.kinebeam.coreapi.bandwidth;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.schemas.Rfc3339;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a connection carried, in Mb/s, by samples that players took. Without samples there are no
 * figures.
 *
 * @param n the samples
 */
record Bandwidth(
    long n,
    @JsonUnwrapped Quantiles quantiles,
    @Nullable Sample last,
    @Nullable Trend trend,
    @JsonUnwrapped Verdict verdict) {
  /** The least sample and the percentiles. */
  record Quantiles(
      @Nullable Double least,
      @Nullable Double p5,
      @Nullable Double p25,
      @Nullable Double p50,
      @Nullable Double p75,
      @Nullable Double p95) {}

  /**
   * What the connection is good for.
   *
   * @param usable the lesser of the median and the last sample: neither a good past nor one good
   *     moment makes a good picture
   * @param rendition the best that {@code usable} would carry; null when it carries none
   */
  record Verdict(
      @Nullable Double usable,
      @JsonInclude @Nullable String rendition,
      @Nullable Warning warning) {}

  private static final Bandwidth NO_SAMPLES =
      new Bandwidth(
          0,
          new Quantiles(null, null, null, null, null, null),
          null,
          null,
          new Verdict(null, null, null));

  private static final double STEADY = 0.1;
  private static final int MIN_FOR_TREND = 3;

  /** One player's estimate at a time. */
  record Sample(String at, double mbps) {
    static Sample of(Instant at, double mbps) {
      return new Sample(Rfc3339.text(at), mbps);
    }
  }

  /**
   * The least-squares line through the samples.
   *
   * @param direction falling, steady or rising: steady when the line changes by less than a tenth
   *     of the median from the first sample to the last
   */
  record Trend(String direction, double mbpsPerHour) {}

  /** Something that a patient or specialist should know. */
  record Warning(String code, String message) {}

  /** The figures of these samples. */
  static Bandwidth of(List<Sample> samples) {
    if (samples.isEmpty()) {
      return NO_SAMPLES;
    }
    List<Sample> inOrder =
        samples.stream().sorted(Comparator.comparing(s -> Instant.parse(s.at))).toList();
    double[] sorted = samples.stream().mapToDouble(Sample::mbps).sorted().toArray();
    @Nullable Sample last = inOrder.get(inOrder.size() - 1);
    double median = percentile(sorted, 0.5);
    double usable = Math.min(median, last.mbps);
    Optional<String> rendition = Rendition.carriedBy(usable).map(Rendition::label);
    return new Bandwidth(
        sorted.length,
        new Quantiles(
            sorted[0],
            percentile(sorted, 0.05),
            percentile(sorted, 0.25),
            median,
            percentile(sorted, 0.75),
            percentile(sorted, 0.95)),
        last,
        trend(inOrder, median).orElse(null),
        new Verdict(usable, rendition.orElse(null), rendition.isEmpty() ? warning(usable) : null));
  }

  private static @Nullable Warning warning(double usable) {
    return new Warning(
        "below_" + Rendition.LOW.label(),
        "The connection carries about "
            + Math.round(usable * 100) / 100.0
            + " Mb/s; the smallest rendition needs "
            + Rendition.LOW.mbps()
            + " Mb/s, so the video will stall.");
  }

  /** Interpolated as PostgreSQL's percentile_cont does. */
  private static double percentile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }

  private static Optional<Trend> trend(List<Sample> samples, double median) {
    Instant first = Instant.parse(samples.get(0).at);
    double[] hours =
        samples.stream()
            .mapToDouble(s -> Duration.between(first, Instant.parse(s.at)).toMillis() / 3_600_000.0)
            .toArray();
    double span = hours[hours.length - 1];
    if (samples.size() < MIN_FOR_TREND || span == 0) {
      return Optional.empty();
    }
    double meanX = java.util.Arrays.stream(hours).average().orElseThrow();
    double meanY = samples.stream().mapToDouble(Sample::mbps).average().orElseThrow();
    double above = 0;
    double below = 0;
    for (int i = 0; i < hours.length; i++) {
      above += (hours[i] - meanX) * (samples.get(i).mbps - meanY);
      below += (hours[i] - meanX) * (hours[i] - meanX);
    }
    double slope = above / below;
    double change = slope * span;
    String direction =
        Math.abs(change) < STEADY * median ? "steady" : change < 0 ? "falling" : "rising";
    return Optional.of(new Trend(direction, slope));
  }
}
