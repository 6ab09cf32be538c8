package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.UpsertRows;
import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.pipelines.DecodeEvents;
import dev.kinebeam.pipelines.sessions.ErrorTable;
import dev.kinebeam.pipelines.sessions.ListErrors;
import dev.kinebeam.pipelines.sessions.MeasureArchive;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionError;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.pipelines.sessions.SessionTable;
import dev.kinebeam.pipelines.sessions.Stall;
import dev.kinebeam.pipelines.sessions.TraceStalls;
import dev.kinebeam.pipelines.sessions.WaitTable;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import java.time.Instant;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;

/** The stream's transforms over what the archive holds. */
final class BackfillPipeline {
  private BackfillPipeline() {}

  static void build(
      Pipeline pipeline, BackfillSettings settings, List<ArchiveObject> objects, Instant horizon) {
    WithFailures.Result<PCollection<MediaRecord>, DeadLetter> events =
        pipeline
            .apply("Read archive", ReadArchive.of(settings.archive(), objects))
            .apply("Decode events", DecodeEvents.ofGateway());
    events.failures().apply("Count refused", ParDo.of(new CountFn<>(BackfillCounters.REFUSED)));

    PCollection<MeasuredSession> sessions =
        events
            .output()
            .apply("Measure sessions", MeasureArchive.asOf(horizon, settings.silence()))
            .apply("Take those of the range", Filter.by(new InRange(settings.sessions())))
            .apply("Count sessions", ParDo.of(new CountSessionsFn()));

    switch (settings.mode()) {
      case WRITE -> write(sessions, settings);
      case COMPARE -> compare(sessions, settings);
      case COUNT -> {}
    }
  }

  private static void write(PCollection<MeasuredSession> sessions, BackfillSettings settings) {
    metrics(sessions)
        .apply("Upsert sessions", UpsertRows.into(settings.database(), new SessionTable()))
        .apply("Count refused sessions", ParDo.of(new CountFn<>(BackfillCounters.NOT_WRITTEN)));
    sessions
        .apply("Trace stalls", TraceStalls.ofSessions())
        .apply("Upsert stalls", UpsertRows.into(settings.database(), new WaitTable()))
        .apply("Count refused stalls", ParDo.of(new CountFn<>(BackfillCounters.NOT_WRITTEN)));
    sessions
        .apply("List errors", ListErrors.ofSessions())
        .apply("Upsert errors", UpsertRows.into(settings.database(), new ErrorTable()))
        .apply("Count refused errors", ParDo.of(new CountFn<>(BackfillCounters.NOT_WRITTEN)));
  }

  /** A session that runs is known better by the stream than by the archive, and is left out. */
  private static void compare(PCollection<MeasuredSession> sessions, BackfillSettings settings) {
    PCollection<MeasuredSession> ended =
        sessions.apply("Leave out those that run", Filter.by(s -> !CountSessionsFn.runs(s)));
    metrics(ended)
        .apply(
            "Compare sessions",
            ParDo.of(
                new CompareRowsFn<SessionMetrics>(
                    settings.database(), new SessionTable(), AbsenceRules.Row::of)));
    ended
        .apply("Trace stalls", TraceStalls.ofSessions())
        .apply(
            "Compare stalls",
            ParDo.of(
                new CompareRowsFn<Stall>(
                    settings.database(), new WaitTable(), AbsenceRules.Row::of)));
    ended
        .apply("List errors", ListErrors.ofSessions())
        .apply(
            "Compare errors",
            ParDo.of(
                new CompareRowsFn<SessionError>(
                    settings.database(), new ErrorTable(), AbsenceRules.Row::of)));
  }

  private static PCollection<SessionMetrics> metrics(PCollection<MeasuredSession> sessions) {
    return sessions
        .apply(
            "Take metrics",
            MapElements.into(TypeDescriptor.of(SessionMetrics.class)).via(MeasuredSession::metrics))
        .setCoder(JsonCoder.of(SessionMetrics.class));
  }
}
