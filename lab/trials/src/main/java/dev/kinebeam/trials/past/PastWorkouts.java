package dev.kinebeam.trials.past;

import dev.kinebeam.schemas.UuidV5;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** The workouts of the past weeks: each has the prescribed video and is completed or was missed. */
final class PastWorkouts {
  private static final String RENDER =
      "SELECT exercise_id, language, recipe -> 'sets' FROM exercise_renders WHERE render_id = ?";

  private static final String WORKOUT =
      "INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, status, created_by,"
          + " created_at, visible_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT DO NOTHING";

  private static final String EXERCISE =
      "INSERT INTO workout_exercises (workout_id, position, org_id, patient_id, exercise_id,"
          + " language, sets, render_id) VALUES (?, 0, ?, ?, ?, ?, ?::jsonb, ?)"
          + " ON CONFLICT DO NOTHING";

  private PastWorkouts() {}

  /** What the prescribed render is. */
  private record Prescribed(UUID renderId, UUID exerciseId, String language, String sets) {}

  static int write(DataSource owner, PastVideo video, List<PastPlan> plans) throws SQLException {
    try (Connection connection = owner.getConnection()) {
      connection.setAutoCommit(false);
      Optional<Prescribed> prescribed = find(connection, video);
      if (prescribed.isEmpty()) {
        return 0;
      }
      // No audit entries and no notices of changes: what they would record did not happen now.
      try (Statement quiet = connection.createStatement()) {
        quiet.execute("SET LOCAL session_replication_role = replica");
      }
      int added = insert(connection, prescribed.get(), plans);
      connection.commit();
      return added;
    }
  }

  private static Optional<Prescribed> find(Connection connection, PastVideo video)
      throws SQLException {
    if (video.renderId().isEmpty()) {
      return Optional.empty();
    }
    UUID renderId = video.renderId().get();
    try (PreparedStatement query = connection.prepareStatement(RENDER)) {
      query.setObject(1, renderId);
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Prescribed(
                    renderId, row.getObject(1, UUID.class), row.getString(2), row.getString(3)))
            : Optional.empty();
      }
    }
  }

  private static int insert(Connection connection, Prescribed prescribed, List<PastPlan> plans)
      throws SQLException {
    try (PreparedStatement workout = connection.prepareStatement(WORKOUT);
        PreparedStatement exercise = connection.prepareStatement(EXERCISE)) {
      for (PastPlan plan : plans) {
        for (PastPlan.Workout one : plan.workouts()) {
          UUID id = UuidV5.of(one.patient().patientId(), "past workout " + one.day());
          UUID orgId = one.patient().clinic().orgId();
          ZoneId zone = one.patient().clinic().zone();
          Instant evening =
              one.day().minusDays(1).atTime(LocalTime.of(16, 0)).atZone(zone).toInstant();
          workout.setObject(1, id);
          workout.setObject(2, orgId);
          workout.setObject(3, one.patient().patientId());
          workout.setDate(4, Date.valueOf(one.day()));
          workout.setString(5, one.completed() ? "completed" : "visible");
          workout.setString(6, one.patient().clinic().specialistId().toString());
          workout.setTimestamp(7, Timestamp.from(evening));
          workout.setTimestamp(8, Timestamp.from(evening.plusSeconds(40)));
          workout.setTimestamp(
              9,
              one.completed()
                  ? Timestamp.from(one.day().atTime(LocalTime.of(21, 0)).atZone(zone).toInstant())
                  : null);
          workout.addBatch();
          exercise.setObject(1, id);
          exercise.setObject(2, orgId);
          exercise.setObject(3, one.patient().patientId());
          exercise.setObject(4, prescribed.exerciseId());
          exercise.setString(5, prescribed.language());
          exercise.setString(6, prescribed.sets());
          exercise.setObject(7, prescribed.renderId());
          exercise.addBatch();
        }
      }
      int added = Arrays.stream(workout.executeBatch()).sum();
      exercise.executeBatch();
      return added;
    }
  }
}
