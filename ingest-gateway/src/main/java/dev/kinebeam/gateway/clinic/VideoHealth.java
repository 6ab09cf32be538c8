package dev.kinebeam.gateway.clinic;

import java.util.List;
import java.util.Map;

/**
 * How well videos play for one organisation's patients. Ratios are sums of parts, never averages of
 * ratios; every figure has its n. What has no n has no value.
 *
 * @param metricsVersion of the rows; the greatest where several are mixed
 */
record VideoHealth(
    String from,
    String to,
    int metricsVersion,
    long sessions,
    Map<String, Long> byStatus,
    Percentiles startUpMs,
    Percentiles ttfbMs,
    Rebuffering rebuffering,
    Share completion,
    Share startFailures,
    Share exitsBeforeStart,
    Share playbackFailures,
    List<Exercise> topStallingExercises) {

  /** Of {@code n} sessions that have the figure. */
  record Percentiles(long n, Double p50, Double p75, Double p95) {}

  /**
   * Time spent in stalls.
   *
   * @param ratio stalled ÷ (watched + stalled); null when nothing was watched
   */
  record Rebuffering(long n, long stalls, long stallMs, long watchedMs, Double ratio) {}

  /** {@code count} of {@code n}; the rate is null when n is 0. */
  record Share(long n, long count, Double rate) {
    static Share of(long count, long n) {
      return new Share(n, count, n == 0 ? null : (double) count / n);
    }
  }

  /**
   * One exercise's stalls.
   *
   * @param exercise its slug, where the catalogue knows the media id
   */
  record Exercise(
      String mediaId, String exercise, long sessions, long stalls, long stallMs, Double ratio) {}
}
