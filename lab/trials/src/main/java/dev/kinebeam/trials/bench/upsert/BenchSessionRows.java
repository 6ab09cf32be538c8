package dev.kinebeam.trials.bench.upsert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.pipelines.sessions.SessionTally;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.EventBatch;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.ParsedEvent;
import dev.kinebeam.trials.patients.Patients;
import dev.kinebeam.trials.patients.ScriptedEvent;
import dev.kinebeam.trials.patients.ScriptedSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Rows of simulated sessions as the job writes them: each once while the session runs, and once
 * when it is over. The rows of a few hundred scripts are given to many sessions of many patients,
 * over thirty days, in the order in which they begin.
 *
 * @param live each session's row half-way through
 * @param over the same sessions' rows at the end, in the same order
 */
record BenchSessionRows(List<SessionMetrics> live, List<SessionMetrics> over) {
  private static final int SCRIPTS = 300;
  private static final int ORGS = 50;
  private static final int PATIENTS = 5_000;
  private static final double VIDEO_SECONDS = 400;
  private static final Duration SPAN = Duration.ofDays(30);
  private static final UUID RENDER = new UUID(0x4b1e, 1);
  private static final MediaRecord.Client CLIENT =
      new MediaRecord.Client("iPhone", "iOS", "Mobile Safari", "2.4.1");

  /** A script's two rows, its beginning at {@code beginMs}. */
  private record Template(SessionMetrics live, SessionMetrics over, long beginMs) {}

  /** So many sessions that end at {@code now} or before. */
  static BenchSessionRows of(int sessions, Instant now) {
    Random random = new Random(17);
    long first = now.minus(SPAN).toEpochMilli();
    List<Template> templates = templates(first);
    List<SessionMetrics> live = new ArrayList<>(sessions);
    List<SessionMetrics> over = new ArrayList<>(sessions);
    for (int i = 0; i < sessions; i++) {
      Template template = templates.get(i % SCRIPTS);
      UUID session = new UUID(random.nextLong(), random.nextLong());
      int patient = random.nextInt(PATIENTS);
      UUID patientId = new UUID(patient * 0x9e3779b97f4a7c15L, patient);
      UUID orgId = new UUID(0x0e5L, patient % ORGS);
      long begin = first + SPAN.toMillis() * i / sessions;
      long later = begin - template.beginMs();
      live.add(placed(template.live(), session, orgId, patientId, later));
      over.add(placed(template.over(), session, orgId, patientId, later));
    }
    return new BenchSessionRows(live, over);
  }

  private static List<Template> templates(long beginMs) {
    Patients writer = Patients.seeded(99);
    List<Template> templates = new ArrayList<>();
    for (int i = 0; i < SCRIPTS; i++) {
      String media = "3f8a1c-" + i % 40;
      ScriptedSession script = writer.session(UUID.randomUUID(), media, RENDER, VIDEO_SECONDS);
      List<ScriptedEvent> events = script.events();
      SessionTally half = tally(events.subList(0, (events.size() + 1) / 2), beginMs);
      SessionTally whole = tally(events, beginMs);
      templates.add(
          new Template(
              MeasuredSession.of(half).metrics(),
              MeasuredSession.of(whole.isOver() ? whole : whole.closedByTimeout()).metrics(),
              beginMs));
    }
    return templates;
  }

  private static SessionTally tally(List<ScriptedEvent> events, long beginMs) {
    return events.stream()
        .map(event -> SessionTally.of(record(event, beginMs)))
        .reduce(SessionTally::merge)
        .orElseThrow();
  }

  private static MediaRecord record(ScriptedEvent event, long beginMs) {
    ObjectNode json = event.json().deepCopy();
    long at = beginMs + event.atMs();
    json.put("timestamp", Instant.ofEpochMilli(at).toString());
    try {
      ParsedEvent parsed = EventBatch.parse(Json.bytes(json)).items().get(0).parsed();
      if (parsed instanceof ParsedEvent.Accepted accepted) {
        return new MediaRecord(
            new UUID(0, 1), new UUID(0, 2), at + 35, at + 5, CLIENT, accepted.event());
      }
      throw new IllegalStateException("a scripted event is refused: " + parsed);
    } catch (EventBatch.Refused e) {
      throw new IllegalStateException("a scripted event cannot be read", e);
    }
  }

  private static SessionMetrics placed(
      SessionMetrics row, UUID session, UUID orgId, UUID patientId, long later) {
    SessionMetrics.Identity is = row.identity();
    return new SessionMetrics(
        new SessionMetrics.Identity(
            session,
            orgId,
            patientId,
            is.mediaId(),
            is.mediaType(),
            is.renderId(),
            is.startedAtMs() + later,
            is.endedAtMs() == null ? null : is.endedAtMs() + later,
            is.lastEventAtMs() + later,
            is.status(),
            is.endedBy()),
        row.startUp(),
        row.playback(),
        row.smoothness(),
        row.network(),
        row.device(),
        row.faults(),
        row.trust(),
        row.completion(),
        row.clock().later(later));
  }
}
