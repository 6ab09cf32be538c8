package dev.kinebeam.trials.past;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionTally;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.EventBatch;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.ParsedEvent;
import dev.kinebeam.trials.patients.Behaviour;
import dev.kinebeam.trials.patients.Device;
import dev.kinebeam.trials.patients.Patients;
import dev.kinebeam.trials.patients.ScriptedEvent;
import dev.kinebeam.trials.patients.ScriptedSession;
import dev.kinebeam.trials.patients.Traffic;
import java.time.Instant;
import java.util.UUID;

/** The rows of a visit, measured from its events by the sessions' own merge function. */
final class PastRows {
  private PastRows() {}

  static MeasuredSession of(Visit visit) {
    ScriptedSession script = script(visit);
    Device device = visit.patient().device();
    MediaRecord.Client client =
        new MediaRecord.Client(device.device(), device.os(), device.browser(), Traffic.APP_VERSION);
    SessionTally tally = null;
    for (ScriptedEvent event : script.events()) {
      SessionTally news = SessionTally.of(record(visit, client, event));
      tally = tally == null ? news : SessionTally.merge(tally, news);
    }
    return MeasuredSession.of(tally.isOver() ? tally : tally.closedByTimeout());
  }

  private static ScriptedSession script(Visit visit) {
    UUID id = visit.sessionId();
    PastVideo video = visit.video();
    UUID renderId = video.renderId().orElse(null);
    Patients writer = Patients.seeded(id.getMostSignificantBits() ^ id.getLeastSignificantBits());
    if (visit.leavesAt().isPresent()) {
      int stalls = visit.behaviour() == Behaviour.STALLS ? 2 : 0;
      return writer.leaving(
          visit.leavesAt().getAsDouble(),
          stalls,
          visit.conditions(),
          id,
          video.mediaId(),
          renderId,
          video.seconds());
    }
    return writer.session(
        visit.behaviour(), visit.conditions(), id, video.mediaId(), renderId, video.seconds());
  }

  private static MediaRecord record(Visit visit, MediaRecord.Client client, ScriptedEvent event) {
    long at = visit.begin().toEpochMilli() + event.atMs();
    ObjectNode json = event.json().deepCopy();
    json.put("timestamp", Instant.ofEpochMilli(at).toString());
    return new MediaRecord(
        visit.patient().clinic().orgId(),
        visit.patient().patientId(),
        at,
        at,
        client,
        accepted(json).event());
  }

  private static ParsedEvent.Accepted accepted(ObjectNode json) {
    try {
      ParsedEvent parsed = EventBatch.parse(Json.bytes(json)).items().get(0).parsed();
      if (parsed instanceof ParsedEvent.Accepted accepted) {
        return accepted;
      }
      throw new IllegalStateException("a simulated event is invalid: " + parsed);
    } catch (EventBatch.Refused e) {
      throw new IllegalStateException("a simulated event is refused", e);
    }
  }
}
