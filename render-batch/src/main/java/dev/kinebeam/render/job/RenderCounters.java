package dev.kinebeam.render.job;

import dev.kinebeam.beam.Counters;
import java.util.Map;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/** The counters of a render job; its report is made from them. */
final class RenderCounters {
  private static final String NAMESPACE = "render";

  static final String ORDERS = "orders";
  static final String REFUSED = "refused";
  static final String RENDERED = "rendered";
  static final String ALREADY_RENDERED = "already_rendered";
  static final String FAILED = "failed";
  static final String RETRIED = "retried";
  static final String PRIMITIVES = "primitives";
  static final String PRIMITIVES_MADE = "primitives_made";
  static final String CPU_MILLIS = "normalise_cpu_millis";
  static final String SHARED_CPU_MILLIS = "shared_cpu_millis";
  static final String BYTES = "bytes_published";
  static final String VIDEO_MILLIS = "video_millis";

  private RenderCounters() {}

  static Counter counter(String name) {
    return Metrics.counter(NAMESPACE, name);
  }

  /** Every counter's value now; those that nothing was counted by may be missing. */
  static Map<String, Long> of(PipelineResult result) {
    return Counters.of(result, NAMESPACE);
  }
}
