package dev.kinebeam.coreapi.workouts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.kinebeam.catalog.people.Organization;
import dev.kinebeam.coreapi.portal.Languages;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.web.auth.Principal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** A patient's workouts of one day, by a number of statements that does not depend on theirs. */
final class TodayQuery {
  /** More than a patient does in a day; it bounds the answer. */
  static final int MOST_WORKOUTS = 10;

  private static final String OF_PLAYER =
      """
      SELECT x.workout_id, x.position, r.segments::text AS segments, named.name, named.language,
             p.position_ms, p.finished_at, p.updated_at
        FROM workout_exercises AS x
        JOIN exercises AS e USING (exercise_id)
        LEFT JOIN exercise_renders AS r ON r.render_id = x.render_id
        LEFT JOIN workout_progress AS p
          ON p.workout_id = x.workout_id AND p.position = x.position
        LEFT JOIN LATERAL (
             SELECT asked.language, e.translations #>> ARRAY[asked.language, 'display_name'] AS name
               FROM unnest(:languages) WITH ORDINALITY AS asked (language, place)
              WHERE e.translations #>> ARRAY[asked.language, 'display_name'] IS NOT NULL
              ORDER BY asked.place LIMIT 1) AS named ON true
       WHERE x.workout_id = ANY(:workouts)
      """;

  private static final String AWAITED =
      """
      SELECT count(*) FILTER (WHERE w.status = 'preparing' AND w.scheduled_for = :day) AS preparing,
             min(w.scheduled_for) FILTER (WHERE w.scheduled_for > :day) AS next_day
        FROM workouts AS w
       WHERE w.patient_id = :patient AND w.scheduled_for >= :day
         AND w.status IN ('preparing', 'visible')
      """;

  private TodayQuery() {}

  /**
   * A day.
   *
   * @param day of the clinic's time zone
   * @param workouts that the patient sees, in the order in which they were prescribed for it
   * @param player what a player needs of each exercise beside what the workout has
   */
  record Today(
      ZoneId zone,
      LocalDate day,
      List<Workout> workouts,
      Map<Place, OfPlayer> player,
      Awaited awaited) {}

  /** An exercise of a workout. */
  record Place(UUID workout, int position) {}

  /**
   * What a player needs.
   *
   * @param name in a language that the patient reads; null where there is none
   * @param nameLanguage the language of {@code name}
   * @param progress null for an exercise that was not begun
   */
  record OfPlayer(
      @Nullable String name,
      @Nullable String nameLanguage,
      List<Segment> segments,
      @Nullable Progress progress) {
    static final OfPlayer NONE = new OfPlayer(null, null, List.of(), null);
  }

  /**
   * What is not shown yet.
   *
   * @param preparing workouts of the day whose videos are being made
   * @param nextDay the next day with a workout
   */
  record Awaited(int preparing, Optional<LocalDate> nextDay) {}

  static Today read(Handle handle, Principal patient, Languages languages, Instant now) {
    ZoneId zone = Organization.zone(handle, patient.orgId());
    LocalDate day = LocalDate.ofInstant(now, zone);
    WorkoutQuery.Filter filter =
        new WorkoutQuery.Filter(
            Optional.empty(),
            Optional.empty(),
            Optional.of(day),
            Optional.of(day),
            Optional.empty());
    List<Workout> workouts =
        WorkoutQuery.list(handle, WorkoutAccess.of(handle, patient), filter, MOST_WORKOUTS);
    return new Today(
        zone,
        day,
        workouts,
        player(handle, workouts, languages),
        awaited(handle, patient.subject(), day));
  }

  private static Map<Place, OfPlayer> player(
      Handle handle, List<Workout> workouts, Languages languages) {
    Map<Place, OfPlayer> player = new HashMap<>();
    handle
        .createQuery(OF_PLAYER)
        .bind("workouts", workouts.stream().map(Workout::id).toArray(UUID[]::new))
        .bind("languages", languages.favoured().toArray(new String[0]))
        .map((row, context) -> Map.entry(place(row), ofPlayer(row)))
        .forEach(one -> player.put(one.getKey(), one.getValue()));
    return player;
  }

  private static Place place(ResultSet row) throws SQLException {
    return new Place(row.getObject("workout_id", UUID.class), row.getInt("position"));
  }

  private static OfPlayer ofPlayer(ResultSet row) throws SQLException {
    return new OfPlayer(
        row.getString("name"),
        row.getString("language"),
        segments(row),
        row.getObject("updated_at") == null ? null : Progress.of(row));
  }

  /** Of a video that was not composed here there are none. */
  static List<Segment> segments(ResultSet row) throws SQLException {
    String json = row.getString("segments");
    if (json == null) {
      return List.of();
    }
    try {
      return Json.MAPPER.readValue(json, new TypeReference<List<Segment>>() {});
    } catch (JsonProcessingException e) {
      throw new SQLException("a render's segments have another shape than they are read in", e);
    }
  }

  private static Awaited awaited(Handle handle, UUID patient, LocalDate day) {
    return handle
        .createQuery(AWAITED)
        .bind("patient", patient)
        .bind("day", day)
        .map(
            (row, context) ->
                new Awaited(
                    row.getInt("preparing"),
                    Optional.ofNullable(row.getObject("next_day", LocalDate.class))))
        .one();
  }

  /**
   * Where a patient is in an exercise.
   *
   * @param finished whether it was ever played to its end
   */
  record Progress(int positionMs, boolean finished, Instant updatedAt) {
    static Progress of(ResultSet row) throws SQLException {
      return new Progress(
          row.getInt("position_ms"),
          row.getObject("finished_at") != null,
          row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
  }
}
