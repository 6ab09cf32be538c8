package dev.kinebeam.trials.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.SentSession;
import dev.kinebeam.trials.servers.ApiCaller;
import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The funnel of what was prescribed for today, a day of each clinic's zone, as the Core API counts
 * it, and as it must be by what was prescribed and what the patients played.
 */
final class DemoFunnel {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
  private static final int MOST = 500;

  /** How far a patient came: 0 opened, 1 started, 2 completed. */
  private static final String EARLIER =
      """
      SELECT s.patient_id,
             max(CASE WHEN NOT s.started_playing THEN 0 WHEN s.status = 'completed' THEN 2 ELSE 1 END)
        FROM media_session_metrics AS s
        JOIN exercise_renders AS prescribed ON prescribed.render_id = ?
        LEFT JOIN exercise_renders AS played ON played.render_id = s.render_id
        LEFT JOIN personalized_exercise_videos AS recorded
          ON recorded.media_id = s.media_id AND recorded.patient_id = s.patient_id
       WHERE (played.exercise_id = prescribed.exercise_id
              AND played.recipe_hash = prescribed.recipe_hash
              OR recorded.exercise_id = prescribed.exercise_id)
         AND s.started_at >= ? AND s.started_at < ?
         AND s.session_id <> ALL (?) AND s.org_id = ?
       GROUP BY s.patient_id
      """;

  /**
   * What counts as the prescribed exercise.
   *
   * @param personal the media id of what was recorded for one of the patients
   */
  record Played(UUID render, String personal) {
    private boolean isOf(SentSession session) {
      Map<String, Object> row = session.script().metrics();
      return render.equals(row.get("render_id")) || personal.equals(row.get("media_id"));
    }
  }

  private final ApiCaller coreApi;
  private final String secret;
  private final Clock clock;
  private final Instant now;
  private final DataSource database;

  /**
   * @param coreApi whoever the caller is
   * @param secret of the callers' tokens
   * @param now a moment of the day
   */
  DemoFunnel(ApiCaller coreApi, String secret, Clock clock, Instant now, DataSource database) {
    this.coreApi = coreApi;
    this.secret = secret;
    this.clock = clock;
    this.now = now;
    this.database = database;
  }

  /** What the Core API counts in all clinics together. */
  DemoReport.Steps counted() throws IOException, InterruptedException {
    DemoReport.Steps sum = DemoReport.Steps.NONE;
    for (Clinics.Clinic clinic : Clinics.ALL) {
      String window = "/v1/clinic/video-health?from=" + begins(clinic) + "&to=" + ends(clinic);
      ApiCaller admin = coreApi.as(Clinics.adminToken(secret, clinic, clock));
      JsonNode steps =
          DemoExercises.answer(admin.get(window, ANSWER_WITHIN), 200).at("/funnel/exercises");
      sum =
          sum.plus(
              new DemoReport.Steps(
                  steps.path("assigned").asLong(-1),
                  steps.path("opened").asLong(-1),
                  steps.path("started").asLong(-1),
                  steps.path("completed").asLong(-1)));
    }
    return sum;
  }

  /**
   * What it must count: each patient's workout of the day is as far as that patient's best session
   * of the day.
   *
   * @param assigned how many workouts there are
   * @param sessions of this run, as they were scripted
   * @param played what was prescribed; sessions of earlier runs with it count too
   */
  DemoReport.Steps expected(long assigned, List<SentSession> sessions, Played played)
      throws IOException, InterruptedException, SQLException {
    Map<UUID, Integer> reached = earlier(sessions, played.render());
    for (SentSession session : sessions) {
      Instant at = Instant.ofEpochMilli(session.baseMs());
      Clinics.Clinic clinic = session.patient().clinic();
      if (played.isOf(session) && !at.isBefore(begins(clinic)) && at.isBefore(ends(clinic))) {
        reached.merge(session.patient().patientId(), step(session), Math::max);
      }
    }
    reached.keySet().retainAll(prescribedTo());
    return new DemoReport.Steps(
        assigned, atLeast(0, reached), atLeast(1, reached), atLeast(2, reached));
  }

  private static int step(SentSession session) {
    Map<String, Object> row = session.script().metrics();
    if (!Boolean.TRUE.equals(row.get("started_playing"))) {
      return 0;
    }
    return "completed".equals(row.get("status")) ? 2 : 1;
  }

  private static long atLeast(int step, Map<UUID, Integer> reached) {
    return reached.values().stream().filter(far -> far >= step).count();
  }

  private Map<UUID, Integer> earlier(List<SentSession> sessions, UUID renderId)
      throws SQLException {
    Map<UUID, Integer> reached = new HashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(EARLIER)) {
      Array ids =
          connection.createArrayOf(
              "uuid", sessions.stream().map(session -> session.script().sessionId()).toArray());
      for (Clinics.Clinic clinic : Clinics.ALL) {
        query.setObject(1, renderId);
        query.setTimestamp(2, Timestamp.from(begins(clinic)));
        query.setTimestamp(3, Timestamp.from(ends(clinic)));
        query.setArray(4, ids);
        query.setObject(5, clinic.orgId());
        try (ResultSet row = query.executeQuery()) {
          while (row.next()) {
            reached.put(row.getObject(1, UUID.class), row.getInt(2));
          }
        }
      }
    }
    return reached;
  }

  /** The patients who have a workout on the day. */
  private Set<UUID> prescribedTo() throws IOException, InterruptedException {
    Set<UUID> patients = new HashSet<>();
    for (Clinics.Clinic clinic : Clinics.ALL) {
      ApiCaller specialist = coreApi.as(Clinics.specialistToken(secret, clinic, clock));
      LocalDate day = day(clinic);
      String days = "/v1/workouts?from=%s&to=%s&limit=%d".formatted(day, day, MOST);
      String cursor = "";
      do {
        JsonNode page = DemoExercises.answer(specialist.get(days + cursor, ANSWER_WITHIN), 200);
        page.path("workouts")
            .forEach(one -> patients.add(UUID.fromString(one.path("patient_id").asText())));
        cursor = page.has("next") ? "&cursor=" + page.path("next").asText() : "";
      } while (!cursor.isEmpty());
    }
    return patients;
  }

  /** Which day it is in the clinic. */
  LocalDate day(Clinics.Clinic clinic) {
    return LocalDate.ofInstant(now, clinic.zone());
  }

  private Instant begins(Clinics.Clinic clinic) {
    return day(clinic).atStartOfDay(clinic.zone()).toInstant();
  }

  private Instant ends(Clinics.Clinic clinic) {
    return day(clinic).plusDays(1).atStartOfDay(clinic.zone()).toInstant();
  }
}
