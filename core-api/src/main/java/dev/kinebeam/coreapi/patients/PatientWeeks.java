package dev.kinebeam.coreapi.patients;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Reads what a patient was prescribed and played, by weeks of the clinic's zone. */
final class PatientWeeks {
  private static final String WEEKS =
      """
      WITH weeks AS (
        SELECT d::date AS week
          FROM generate_series(:firstWeek::date, :today::date, interval '7 days') AS d),
      played AS (
        SELECT date_trunc('week', m.started_at AT TIME ZONE :zone)::date AS week,
               count(*) AS sessions,
               count(*) FILTER (WHERE m.started_playing) AS started,
               count(*) FILTER (WHERE m.started_playing AND m.status = 'completed') AS completed,
               count(*) FILTER (WHERE m.fatal_error) AS fatal,
               sum(m.stall_count) AS stalls,
               sum(m.stall_duration_ms) / 1000.0 AS stalled_seconds,
               sum(m.watched_duration_seconds) AS watched_seconds,
               array_agg(DISTINCT (m.started_at AT TIME ZONE :zone)::date)
                 FILTER (WHERE m.started_playing) AS played_on
          FROM media_session_metrics AS m
         WHERE m.patient_id = :patient AND m.started_at >= :from AND m.started_at < :to
         GROUP BY 1)
      SELECT weeks.week, coalesce(p.sessions, 0) AS sessions, coalesce(p.started, 0) AS started,
             coalesce(p.completed, 0) AS completed, coalesce(p.fatal, 0) AS fatal,
             coalesce(p.stalls, 0) AS stalls, coalesce(p.stalled_seconds, 0) AS stalled_seconds,
             coalesce(p.watched_seconds, 0) AS watched_seconds, w.*
        FROM weeks LEFT JOIN played AS p USING (week)
       CROSS JOIN LATERAL (
             SELECT count(*) AS workouts_assigned,
                    count(*) FILTER (WHERE o.status = 'completed'
                                        OR o.scheduled_for = ANY(p.played_on)) AS workouts_started,
                    count(*) FILTER (WHERE o.status = 'completed') AS workouts_completed
               FROM workouts AS o
              WHERE o.patient_id = :patient AND o.status IN ('visible', 'completed')
                AND o.scheduled_for >= weeks.week AND o.scheduled_for < weeks.week + 7
                AND o.scheduled_for <= :today) AS w
       ORDER BY weeks.week
      """;

  private PatientWeeks() {}

  /**
   * One week.
   *
   * @param week the Monday on which it begins
   */
  record Week(String week, PatientView.Adherence adherence, Played playback) {}

  /** What was played in it. */
  record Played(
      long sessions,
      long started,
      long completed,
      long fatal,
      long stalls,
      double stalledSeconds,
      double watchedSeconds) {}

  /** So many weeks up to the one of today, those without anything included. */
  static List<Week> of(Handle handle, UUID patient, Days today, int weeks) {
    LocalDate monday = today.today().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    Days days = new Days(monday.minusWeeks(weeks - 1L), today.today(), today.now(), today.zone());
    return handle
        .createQuery(WEEKS)
        .bind("firstWeek", days.first())
        .bind("today", days.today())
        .bind("patient", patient)
        .bind("zone", days.zone().getId())
        .bind("from", days.from())
        .bind("to", days.to())
        .map((row, context) -> week(row))
        .list();
  }

  private static Week week(ResultSet row) throws SQLException {
    return new Week(
        row.getObject("week", LocalDate.class).toString(),
        new PatientView.Adherence(
            row.getLong("workouts_assigned"),
            row.getLong("workouts_started"),
            row.getLong("workouts_completed")),
        new Played(
            row.getLong("sessions"),
            row.getLong("started"),
            row.getLong("completed"),
            row.getLong("fatal"),
            row.getLong("stalls"),
            row.getDouble("stalled_seconds"),
            row.getDouble("watched_seconds")));
  }
}
