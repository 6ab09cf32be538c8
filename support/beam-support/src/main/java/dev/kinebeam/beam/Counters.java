package dev.kinebeam.beam;

import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;

/** What a job has counted. */
public final class Counters {
  private Counters() {}

  /**
   * The value, now, of every counter of this namespace by its name; those that nothing was counted
   * by may be missing.
   */
  public static Map<String, Long> of(PipelineResult result, String namespace) {
    MetricsFilter ours =
        MetricsFilter.builder().addNameFilter(MetricNameFilter.inNamespace(namespace)).build();
    Map<String, Long> counts = new TreeMap<>();
    for (MetricResult<Long> counter : result.metrics().queryMetrics(ours).getCounters()) {
      // What was committed is counted at once; the direct runner adds attempts up some time later.
      Long committed = counter.getCommittedOrNull();
      counts.merge(
          counter.getName().getName(),
          committed == null ? counter.getAttempted() : committed,
          Long::sum);
    }
    return counts;
  }
}
