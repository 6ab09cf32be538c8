package dev.kinebeam.pipelines.sessions;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;

/** Gathers the rows of a run in this process, for tests that need them as values. */
final class RowsOfRun {
  private static final Map<UUID, MeasuredSession> ROWS = new ConcurrentHashMap<>();

  private RowsOfRun() {}

  /** An empty gathering; the one before is over. */
  static Map<UUID, MeasuredSession> collect() {
    ROWS.clear();
    return ROWS;
  }

  static ParDo.SingleOutput<MeasuredSession, Void> kept() {
    return ParDo.of(new KeepFn());
  }

  private static final class KeepFn extends DoFn<MeasuredSession, Void> {
    @ProcessElement
    public void process(@Element MeasuredSession row) {
      MeasuredSession twice = ROWS.put(row.metrics().identity().sessionId(), row);
      if (twice != null) {
        throw new IllegalStateException("two rows of one session: " + twice);
      }
    }
  }
}
