package dev.kinebeam.pipelines;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.ReadRecords;
import dev.kinebeam.beam.UpsertRows;
import dev.kinebeam.beam.WriteDeadLetters;
import dev.kinebeam.pipelines.alerts.RaiseAlerts;
import dev.kinebeam.pipelines.sessions.AuditTakeOvers;
import dev.kinebeam.pipelines.sessions.ErrorTable;
import dev.kinebeam.pipelines.sessions.ListErrors;
import dev.kinebeam.pipelines.sessions.MeasureSessions;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.pipelines.sessions.SessionTable;
import dev.kinebeam.pipelines.sessions.TraceStalls;
import dev.kinebeam.pipelines.sessions.WaitTable;
import dev.kinebeam.schemas.event.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * From events to one true row per session; what cannot be used is written to where it can be found.
 */
final class TelemetryPipeline {
  private TelemetryPipeline() {}

  static void build(Pipeline pipeline, TelemetrySettings settings) {
    TelemetrySettings.Source source = settings.source();
    List<PCollection<DeadLetter>> refused = new ArrayList<>();

    PCollection<MeasuredSession> sessions =
        pipeline
            .apply(
                "Read media events",
                ReadRecords.from(source.kafka(), source.topic(), source.group()))
            .apply("Decode events", DecodeEvents.ofGateway())
            .failuresTo(refused)
            .apply(
                "Measure sessions",
                MeasureSessions.closingAfter(settings.silence()).liveEvery(settings.liveEvery()))
            .failuresTo(refused);

    refused.add(
        sessions
            .apply(
                "Take metrics",
                MapElements.into(TypeDescriptor.of(SessionMetrics.class))
                    .via(MeasuredSession::metrics))
            .setCoder(JsonCoder.of(SessionMetrics.class))
            .apply("Upsert sessions", UpsertRows.into(settings.database(), new SessionTable())));

    refused.add(
        sessions
            .apply("Trace stalls", TraceStalls.ofSessions())
            .apply("Upsert stalls", UpsertRows.into(settings.database(), new WaitTable())));

    refused.add(
        sessions
            .apply("List errors", ListErrors.ofSessions())
            .apply("Upsert errors", UpsertRows.into(settings.database(), new ErrorTable())));

    refused.add(
        sessions.apply(
            "Raise alerts", RaiseAlerts.into(settings.database(), settings.alertTimes())));

    PCollection<DeadLetter> deadLetters =
        PCollectionList.of(refused).apply("Gather what was refused", Flatten.pCollections());
    PCollection<DeadLetter> unaudited =
        deadLetters.apply("Audit take-overs", AuditTakeOvers.into(settings.database()));
    PCollectionList.of(deadLetters)
        .and(unaudited)
        .apply("Gather all letters", Flatten.pCollections())
        .apply("Write dead letters", WriteDeadLetters.to(source.kafka(), source.rejectedTopic()));
  }
}
