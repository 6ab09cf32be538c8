package dev.kinebeam.coreapi.patients;

import dev.kinebeam.catalog.people.Organization;
import dev.kinebeam.coreapi.rights.PatientAccess;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Reads the figures of patients in one statement. Of sessions it reads only what the index {@code
 * media_session_metrics_patients} holds, patient by patient: the clinic's other sessions, and the
 * older ones, are not looked at.
 */
final class PatientsQuery {
  /** More than a clinic has; it bounds what one request may cost. */
  static final int MOST_PATIENTS = 5_000;

  private static final String PATIENTS =
      """
      WITH reached AS MATERIALIZED (
        SELECT p.person_id, p.display_name, p.active,
               coalesce((SELECT c.active FROM consents AS c
                          WHERE c.patient_id = p.person_id AND c.purpose = 'analytics'), false)
                 AS analytics
          FROM people AS p
         WHERE p.role = 'patient' AND %1$s AND %2$s
         ORDER BY p.active DESC, p.person_id
         LIMIT :most)
      SELECT r.*, s.*, w.*,
             CASE WHEN s.newest IS NULL THEN (
               SELECT m.started_at FROM media_session_metrics AS m
                WHERE m.patient_id = r.person_id AND m.started_at < :from
                ORDER BY m.started_at DESC LIMIT 1) ELSE s.newest END AS last_session,
             CASE WHEN w.oldest_open IS NOT NULL THEN (
               SELECT max(o.ended_at) FROM workouts AS o
                WHERE o.patient_id = r.person_id AND o.status = 'completed') END AS last_completed
        FROM reached AS r
       CROSS JOIN LATERAL (
             SELECT count(*) AS sessions, max(m.started_at) AS newest,
                    count(*) FILTER (WHERE m.asked_to_play) AS asked,
                    count(*) FILTER (WHERE m.asked_to_play AND m.fatal_error AND NOT m.started_playing)
                      AS failed_starts,
                    count(*) FILTER (WHERE m.started_playing) AS started,
                    count(*) FILTER (WHERE m.started_playing AND m.fatal_error) AS fatal,
                    count(*) FILTER (WHERE m.started_playing AND m.status <> 'playing') AS ended,
                    count(*) FILTER (WHERE m.started_playing AND m.status = 'completed') AS completed,
                    count(*) FILTER (WHERE m.started_playing AND NOT m.fatal_error
                      AND m.status NOT IN ('playing', 'completed') AND m.completion_percent < :early)
                      AS stopped_early,
                    coalesce(bool_or(m.status = 'playing'), false) AS playing,
                    coalesce(sum(m.stall_count), 0) AS stalls,
                    coalesce(sum(m.stall_duration_ms), 0) / 1000.0 AS stalled_seconds,
                    coalesce(sum(m.watched_duration_seconds), 0) AS watched_seconds,
                    count(*) FILTER (WHERE m.events_missing > 0 OR m.counters_disagree) AS incomplete,
                    count(m.effective_bandwidth) AS samples,
                    least(percentile_cont(0.5) WITHIN GROUP (ORDER BY m.effective_bandwidth),
                          (array_agg(m.effective_bandwidth ORDER BY m.started_at DESC)
                             FILTER (WHERE m.effective_bandwidth IS NOT NULL))[1]) AS usable_mbps,
                    array_agg(DISTINCT (m.started_at AT TIME ZONE :zone)::date)
                      FILTER (WHERE m.started_playing) AS played_on
               FROM media_session_metrics AS m
              WHERE m.patient_id = r.person_id
                AND m.started_at >= :from AND m.started_at < :to) AS s
       CROSS JOIN LATERAL (
             SELECT count(*) AS workouts_assigned,
                    count(*) FILTER (WHERE o.status = 'completed'
                                        OR o.scheduled_for = ANY(s.played_on)) AS workouts_started,
                    count(*) FILTER (WHERE o.status = 'completed') AS workouts_completed,
                    min(o.scheduled_for) FILTER (WHERE o.status = 'visible') AS oldest_open
               FROM workouts AS o
              WHERE o.patient_id = r.person_id AND o.status IN ('visible', 'completed')
                AND o.scheduled_for >= :firstDay AND o.scheduled_for <= :today) AS w
      """;

  /** A name is found by its parts, whatever their case and their diacritics. */
  private static final String NAMED =
      "translate(lower(p.display_name), 'ăâîșşțţáéíóöőúüű', 'aaissttaeiooouuu') LIKE :name";

  private static final String ACCENTED = "ăâîșşțţáéíóöőúüű";
  private static final String PLAIN = "aaissttaeiooouuu";

  private PatientsQuery() {}

  /**
   * A patient.
   *
   * @param analytics whether the patient agrees that playback is recorded
   * @param playing whether a session is open
   */
  record Found(
      UUID id,
      String name,
      boolean active,
      boolean analytics,
      boolean playing,
      PatientFigures figures) {}

  /** The patients whom the caller reaches and whose name has these words. */
  static List<Found> list(Handle handle, PatientAccess access, Days days, Optional<String> words) {
    Query query = query(handle, access, days, words.isPresent() ? NAMED : "true");
    words.ifPresent(text -> query.bind("name", pattern(text)));
    return query.bind("most", MOST_PATIENTS + 1).map((row, context) -> found(row)).list();
  }

  /** One patient; empty when the caller does not reach the patient. */
  static Optional<Found> find(Handle handle, PatientAccess access, Days days, UUID patient) {
    return query(handle, access, days, "p.person_id = :patient")
        .bind("patient", patient)
        .bind("most", 1)
        .map((row, context) -> found(row))
        .findOne();
  }

  /** The zone that the caller's days are counted in. */
  static ZoneId zone(Handle handle, UUID organization) {
    return Organization.zone(handle, organization);
  }

  private static Query query(Handle handle, PatientAccess access, Days days, String condition) {
    // Compiling the statement would take longer than running it.
    handle.createQuery("SELECT set_config('jit', 'off', true)").mapTo(String.class).one();
    return access
        .bind(handle.createQuery(PATIENTS.formatted(access.condition("p.person_id"), condition)))
        .bind("from", days.from())
        .bind("to", days.to())
        .bind("firstDay", days.first())
        .bind("today", days.today())
        .bind("zone", days.zone().getId())
        .bind("early", Trouble.EARLY_PERCENT);
  }

  /** For {@code LIKE}: the words anywhere in the name, in their order. */
  static String pattern(String words) {
    StringBuilder pattern = new StringBuilder("%");
    for (int i = 0; i < words.length(); i++) {
      char one = Character.toLowerCase(words.charAt(i));
      int accented = ACCENTED.indexOf(one);
      if (Character.isWhitespace(one)) {
        pattern.append('%');
      } else if (one == '%' || one == '_' || one == '\\') {
        pattern.append('\\').append(one);
      } else {
        pattern.append(accented < 0 ? one : PLAIN.charAt(accented));
      }
    }
    return pattern.append('%').toString();
  }

  private static Found found(ResultSet row) throws SQLException {
    return new Found(
        row.getObject("person_id", UUID.class),
        row.getString("display_name"),
        row.getBoolean("active"),
        row.getBoolean("analytics"),
        row.getBoolean("playing"),
        figures(row));
  }

  private static PatientFigures figures(ResultSet row) throws SQLException {
    return new PatientFigures(
        new PatientFigures.Starts(
            row.getLong("sessions"),
            row.getLong("asked"),
            row.getLong("failed_starts"),
            time(row, "last_session")),
        new PatientFigures.Playing(
            row.getLong("started"),
            row.getLong("fatal"),
            row.getLong("ended"),
            row.getLong("completed"),
            row.getLong("stopped_early"),
            row.getLong("stalls"),
            row.getDouble("stalled_seconds"),
            row.getDouble("watched_seconds"),
            row.getLong("incomplete")),
        new PatientFigures.Connection(
            row.getLong("samples"),
            Optional.ofNullable(row.getObject("usable_mbps", Double.class))),
        new PatientFigures.Workouts(
            row.getLong("workouts_assigned"),
            row.getLong("workouts_started"),
            row.getLong("workouts_completed"),
            Optional.ofNullable(row.getObject("oldest_open", LocalDate.class)),
            time(row, "last_completed")));
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
