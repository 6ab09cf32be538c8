package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.pipelines.sessions.MeasuredSession;
import org.apache.beam.sdk.transforms.DoFn;

/** Counts sessions and their stalls, and passes them on. */
final class CountSessionsFn extends DoFn<MeasuredSession, MeasuredSession> {
  @ProcessElement
  public void process(@Element MeasuredSession session, OutputReceiver<MeasuredSession> sessions) {
    BackfillCounters.counter(BackfillCounters.SESSIONS).inc();
    BackfillCounters.counter(BackfillCounters.STALLS).inc(session.waits().size());
    if (runs(session)) {
      BackfillCounters.counter(BackfillCounters.RUNNING).inc();
    }
    sessions.output(session);
  }

  /** Not over by the archive's horizon. */
  static boolean runs(MeasuredSession session) {
    return session.metrics().identity().endedBy() == null;
  }
}
