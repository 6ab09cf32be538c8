package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.beam.Counters;
import java.util.Map;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/** The counters of a backfill; its report is made from them. */
final class BackfillCounters {
  private static final String NAMESPACE = "backfill";
  static final String BROKEN = "broken: ";
  static final String DIFFERS = "differs: ";
  static final String ABSENT = "absent: ";

  static final String OBJECTS = "objects";
  static final String RECORDS = "records";
  static final String REFUSED = "refused";
  static final String SESSIONS = "sessions";
  static final String RUNNING = "running";
  static final String STALLS = "stalls";
  static final String NOT_WRITTEN = "rows not written";

  private BackfillCounters() {}

  static Counter counter(String name) {
    return Metrics.counter(NAMESPACE, name);
  }

  /** Every counter's value now; those that nothing was counted by may be missing. */
  static Map<String, Long> of(PipelineResult result) {
    return Counters.of(result, NAMESPACE);
  }
}
