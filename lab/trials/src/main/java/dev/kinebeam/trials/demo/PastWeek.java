package dev.kinebeam.trials.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.pipelines.sessions.SessionTable;
import dev.kinebeam.pipelines.sessions.SessionTally;
import dev.kinebeam.pipelines.sessions.Stall;
import dev.kinebeam.pipelines.sessions.WaitTable;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.UuidV5;
import dev.kinebeam.schemas.event.EventBatch;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.ParsedEvent;
import dev.kinebeam.trials.patients.Behaviour;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.Conditions;
import dev.kinebeam.trials.patients.Patients;
import dev.kinebeam.trials.patients.ScriptedEvent;
import dev.kinebeam.trials.patients.ScriptedSession;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * The clinics' last seven days, before the demo began: quiet ones, so that a bad network stands
 * out. The rows are measured by the sessions' merge function and written by the job's own sinks,
 * without the way through Kafka; the same day has the same sessions on every start.
 */
final class PastWeek {
  private static final int DAYS = 7;
  private static final int SESSIONS_A_DAY = 8;
  private static final double VIDEO_SECONDS = 60;

  /** Enough that a short session of today with one short stall is nothing unusual. */
  private static final int STALLS_ONE_IN = 2;

  private static final long SEED = 7;

  private final Patients writer = Patients.seeded(SEED);
  private final String mediaId;

  /**
   * A past week.
   *
   * @param mediaId of what was played
   */
  PastWeek(String mediaId) {
    this.mediaId = mediaId;
  }

  /** Writes what is not there yet. */
  void write(DatabaseSettings pipeline, LocalDate today) throws SQLException, EventBatch.Refused {
    List<SessionMetrics> sessions = new ArrayList<>();
    List<Stall> stalls = new ArrayList<>();
    for (Clinics.Clinic clinic : Clinics.ALL) {
      for (int i = 0; i < DAYS * SESSIONS_A_DAY; i++) {
        MeasuredSession row = session(clinic, today.minusDays(1 + i / SESSIONS_A_DAY), i);
        sessions.add(row.metrics());
        stalls.addAll(row.waits());
      }
    }
    sessions.sort(Comparator.comparing(row -> row.identity().sessionId()));
    stalls.sort(
        Comparator.comparing((Stall row) -> row.session().sessionId())
            .thenComparing(Stall::stallId));
    try (DatabaseSession session = pipeline.session()) {
      session.commit(
          handle -> {
            new SessionTable().write(handle, sessions);
            return sessions.size();
          });
      session.commit(
          handle -> {
            new WaitTable().write(handle, stalls);
            return stalls.size();
          });
    }
  }

  private MeasuredSession session(Clinics.Clinic clinic, LocalDate day, int i)
      throws EventBatch.Refused {
    UUID id = UuidV5.of(clinic.orgId(), "past " + day + " " + i % SESSIONS_A_DAY);
    Behaviour behaviour = i % STALLS_ONE_IN == 1 ? Behaviour.STALLS : Behaviour.FINISHES;
    ScriptedSession script =
        writer.session(behaviour, Conditions.USUAL, id, mediaId, null, VIDEO_SECONDS);
    Instant begin =
        day.atTime(8, 30)
            .toInstant(ZoneOffset.UTC)
            .plus(Duration.ofMinutes(50L * (i % SESSIONS_A_DAY)));
    List<Clinics.Patient> people = Clinics.regulars(clinic);
    return measured(script, people.get(i % people.size()), begin);
  }

  private static MeasuredSession measured(
      ScriptedSession script, Clinics.Patient patient, Instant begin) throws EventBatch.Refused {
    SessionTally tally = null;
    for (ScriptedEvent event : script.events()) {
      long at = begin.toEpochMilli() + event.atMs();
      ObjectNode json = event.json().deepCopy();
      json.put("timestamp", Instant.ofEpochMilli(at).toString());
      ParsedEvent parsed = EventBatch.parse(Json.bytes(json)).items().get(0).parsed();
      if (!(parsed instanceof ParsedEvent.Accepted accepted)) {
        throw new IllegalStateException("a simulated event is invalid: " + parsed);
      }
      MediaRecord record =
          new MediaRecord(
              patient.clinic().orgId(),
              patient.patientId(),
              at,
              at,
              MediaRecord.Client.UNKNOWN,
              accepted.event());
      SessionTally news = SessionTally.of(record);
      tally = tally == null ? news : SessionTally.merge(tally, news);
    }
    return MeasuredSession.of(tally);
  }
}
