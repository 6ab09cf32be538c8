package dev.kinebeam.coreapi.workouts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.kinebeam.catalog.db.RenderQueue;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Words;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Reads workouts with the states of their videos: each list is one statement, however many workouts
 * are in it.
 */
final class WorkoutQuery {
  private static final String VIDEO =
      """
      jsonb_build_object(
        'render_id', %1$s.render_id, 'asset_version', %1$s.asset_version, 'status', %1$s.status,
        'progress', jsonb_build_object(
          'step', %1$s.step, 'percent', %1$s.percent,
          'started_at', extract(epoch FROM %1$s.started_at), 'place', %2$s),
        'trouble', jsonb_build_object('error', %1$s.error, 'retryable', %1$s.retryable),
        'hosted', jsonb_build_object(
          'host', %1$s.host, 'host_video_id', %1$s.host_video_id,
          'duration_seconds', %1$s.duration_seconds))""";

  private static final String PLACE =
      """
      CASE WHEN r.status IN ('queued', 'rendering')
           THEN (SELECT to_jsonb(p) FROM render_place(r.render_id, %d) AS p) END"""
          .formatted(RenderQueue.LEARN_FROM);

  private static final String WORKOUTS =
      """
      SELECT w.workout_id, w.patient_id, w.scheduled_for, w.status, w.created_by, w.created_at,
             w.visible_at, w.ended_at,
             (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'position', x.position, 'left_out', x.left_out,
                       'exercise', jsonb_build_object(
                         'id', e.exercise_id, 'slug', e.slug, 'kind', e.kind,
                         'display_name', coalesce(
                            e.translations #>> ARRAY[x.language, 'display_name'], e.display_name),
                         'media_id', e.media_id, 'asset_version', e.asset_version,
                         'archived', e.status = 'archived'),
                       'dose', jsonb_build_object('language', x.language, 'sets', x.sets),
                       'video', CASE WHEN r.render_id IS NOT NULL THEN %1$s END,
                       'newer', CASE WHEN n.render_id IS NOT NULL THEN %2$s END,
                       'personal', CASE WHEN v.id IS NOT NULL THEN jsonb_build_object(
                          'id', v.id, 'media_id', v.media_id, 'recorded_by', d.display_name,
                          'hosted', jsonb_build_object(
                             'host', v.host, 'host_video_id', v.hosted_id,
                             'duration_seconds', v.duration_seconds)) END)
                     ORDER BY x.position), '[]')
                FROM workout_exercises AS x
                JOIN exercises AS e ON e.exercise_id = x.exercise_id
                LEFT JOIN exercise_renders AS r ON r.render_id = x.render_id
                LEFT JOIN exercise_renders AS n ON n.render_id = x.next_render_id
                LEFT JOIN personalized_exercise_videos AS v
                  ON v.patient_id = x.patient_id AND v.active
                 AND v.exercise_id = coalesce(e.replaced_by, e.exercise_id)
                LEFT JOIN people AS d ON d.org_id = v.org_id AND d.person_id = v.doctor_id
               WHERE x.workout_id = w.workout_id)::text AS exercises
        FROM workouts AS w
      """;

  /** Without the places in the queue. */
  private static final String STATES =
      WORKOUTS.formatted(VIDEO.formatted("r", "NULL"), VIDEO.formatted("n", "NULL"));

  private static final String STATES_AND_PLACES =
      WORKOUTS.formatted(VIDEO.formatted("r", PLACE), VIDEO.formatted("n", "NULL"));

  private WorkoutQuery() {}

  /**
   * Which workouts; what is empty does not filter.
   *
   * @param from the first day
   * @param to the last day
   */
  record Filter(
      Optional<UUID> patientId,
      Optional<WorkoutStatus> status,
      Optional<LocalDate> from,
      Optional<LocalDate> to,
      Optional<DayCursor> after) {}

  /** One that the caller sees. */
  static Optional<Workout> find(Handle handle, WorkoutAccess access, UUID id) {
    return one(handle, access, STATES, id);
  }

  /** As {@link #find}, with the places of awaited renders in the queue. */
  static Optional<Workout> findWithPlaces(Handle handle, WorkoutAccess access, UUID id) {
    return one(handle, access, STATES_AND_PLACES, id);
  }

  private static Optional<Workout> one(
      Handle handle, WorkoutAccess access, String workouts, UUID id) {
    return access
        .bind(handle.createQuery(workouts + " WHERE w.workout_id = :id AND " + access.condition()))
        .bind("id", id)
        .map((row, context) -> workout(row))
        .findOne();
  }

  /** Those that the caller sees, by their days. */
  static List<Workout> list(Handle handle, WorkoutAccess access, Filter filter, int most) {
    Query page = access.bind(handle.createQuery(listSql(access, filter))).bind("most", most);
    filter.patientId.ifPresent(patient -> page.bind("patient", patient));
    filter.status.ifPresent(status -> page.bind("status", status.word()));
    filter.from.ifPresent(day -> page.bind("from", day));
    filter.to.ifPresent(day -> page.bind("to", day));
    filter.after.ifPresent(after -> page.bind("afterDay", after.day()).bind("afterId", after.id()));
    return page.map((row, context) -> workout(row)).list();
  }

  /** Only what was asked for, so that an index can serve it. */
  static String listSql(WorkoutAccess access, Filter filter) {
    return STATES
        + " WHERE "
        + access.condition()
        + (filter.patientId.isPresent() ? " AND w.patient_id = :patient" : "")
        + (filter.status.isPresent() ? " AND w.status = :status" : "")
        + (filter.from.isPresent() ? " AND w.scheduled_for >= :from" : "")
        + (filter.to.isPresent() ? " AND w.scheduled_for <= :to" : "")
        + (filter.after.isPresent()
            ? " AND (w.scheduled_for, w.workout_id) > (:afterDay, :afterId)"
            : "")
        + " ORDER BY w.scheduled_for, w.workout_id LIMIT :most";
  }

  private static Workout workout(ResultSet row) throws SQLException {
    return new Workout(
        row.getObject("workout_id", UUID.class),
        row.getObject("patient_id", UUID.class),
        row.getObject("scheduled_for", LocalDate.class),
        Words.read(WorkoutStatus.class, row.getString("status")),
        new Workout.History(
            row.getString("created_by"),
            instant(row, "created_at").orElseThrow(),
            instant(row, "visible_at"),
            instant(row, "ended_at")),
        exercises(row.getString("exercises")));
  }

  private static List<Workout.Prescribed> exercises(String json) throws SQLException {
    try {
      return Json.MAPPER.readValue(json, new TypeReference<List<Workout.Prescribed>>() {});
    } catch (JsonProcessingException e) {
      throw new SQLException("a workout's exercises have another shape than they are read in", e);
    }
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
