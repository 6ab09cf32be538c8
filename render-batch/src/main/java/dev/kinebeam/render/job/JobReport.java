package dev.kinebeam.render.job;

import dev.kinebeam.render.orders.HostPrices;
import dev.kinebeam.schemas.Counted;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What became of a batch.
 *
 * @param orders lines that are orders; equal ones are served as one
 * @param rendered composed and playable now
 * @param skipped were ready before, or were made by another job meanwhile
 * @param failed cannot be served
 * @param refused lines that are not orders, and exercises that have no usable bundle
 * @param seconds from start to end, wall clock
 * @param videoSeconds length of what was rendered
 * @param bytes of the files that the host took
 * @param primitives different files that the renders play
 * @param primitivesMade of them normalised now; the others were found normalised
 * @param cpuSeconds that normalising took now, on all processors
 * @param cpuSecondsSaved that it would have taken beside if no render shared a primitive with
 *     another or with an earlier run
 * @param encodingDollars what the video host asks for encoding, once
 * @param storageDollarsPerMonth what it asks for keeping the files as they were uploaded
 * @param failures one for each that failed or was refused
 */
public record JobReport(
    long orders,
    long rendered,
    long skipped,
    long failed,
    long refused,
    double seconds,
    double videoSeconds,
    long bytes,
    long primitives,
    long primitivesMade,
    double cpuSeconds,
    double cpuSecondsSaved,
    double encodingDollars,
    double storageDollarsPerMonth,
    List<Failure> failures) {
  /** More are in the results and not shown. */
  static final int SHOWN = 20;

  public JobReport {
    failures = List.copyOf(failures);
  }

  /**
   * What was not served.
   *
   * @param subject the render, the line or the exercise
   * @param reason names the file, slot or field, and its value
   */
  public record Failure(String subject, String reason) {}

  static JobReport of(
      Map<String, Long> counts, double seconds, List<Failure> failures, HostPrices prices) {
    double videoSeconds = counts.getOrDefault(RenderCounters.VIDEO_MILLIS, 0L) / 1e3;
    long bytes = counts.getOrDefault(RenderCounters.BYTES, 0L);
    return new JobReport(
        counts.getOrDefault(RenderCounters.ORDERS, 0L),
        counts.getOrDefault(RenderCounters.RENDERED, 0L),
        counts.getOrDefault(RenderCounters.ALREADY_RENDERED, 0L),
        counts.getOrDefault(RenderCounters.FAILED, 0L),
        counts.getOrDefault(RenderCounters.REFUSED, 0L),
        seconds,
        videoSeconds,
        bytes,
        counts.getOrDefault(RenderCounters.PRIMITIVES, 0L),
        counts.getOrDefault(RenderCounters.PRIMITIVES_MADE, 0L),
        counts.getOrDefault(RenderCounters.CPU_MILLIS, 0L) / 1e3,
        counts.getOrDefault(RenderCounters.SHARED_CPU_MILLIS, 0L) / 1e3,
        prices.encoding(videoSeconds),
        prices.storageAMonth((double) bytes),
        failures);
  }

  /** Whether everything that was asked for is ready. */
  public boolean isComplete() {
    return failed == 0 && refused == 0;
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    add(
        text,
        "%s: %d rendered, %d ready before, %d failed, %d refused, in %.1f s",
        Counted.of(orders, "order"),
        rendered,
        skipped,
        failed,
        refused,
        seconds);
    add(text, "  video      %.0f s, %.1f MB uploaded", videoSeconds, bytes / 1e6);
    add(
        text,
        "  CPU        %.1f s normalising %d of %s; sharing them saved %.1f s",
        cpuSeconds,
        primitivesMade,
        Counted.of(primitives, "primitive"),
        cpuSecondsSaved);
    add(
        text,
        "  host       $%.2f for encoding, $%.4f a month for the uploaded files",
        encodingDollars,
        storageDollarsPerMonth);
    for (Failure failure : failures.subList(0, Math.min(SHOWN, failures.size()))) {
      add(text, "  not served %s: %s", failure.subject(), failure.reason());
    }
    if (failures.size() > SHOWN) {
      add(
          text,
          "  and %d more; the results, and beside them the refused lines, have them all",
          failures.size() - SHOWN);
    }
    return text.toString();
  }

  private static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
