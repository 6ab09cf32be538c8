package dev.kinebeam.coreapi.clinic;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements behind {@link VideoHealth}. They name no organisation: the transaction does, and
 * the database's policies keep the others' rows away. Percentiles and patients are read from the
 * index {@code media_session_metrics_figures} alone.
 */
final class VideoHealthSql {
  /** From when on the clinic's sessions are kept, or {@code :before} where that is later. */
  static final String KEPT_FROM =
      """
      SELECT greatest(counted_from, :before, (SELECT sessions_kept_from FROM organizations)) AS kept_from
        FROM media_retention
      """;

  /** How many sessions began in each counted day. */
  static final String COUNTED =
      """
      SELECT day, sessions FROM media_session_days
       WHERE kind = 'all' AND day >= :first AND day <= :last
      """;

  private static final String IN_DAYS =
      " FROM media_session_days WHERE kind = :kind AND day = ANY(:days::date[])";

  static final String DAYS =
      "SELECT day, nullif(value, '') AS value, load_counts, ttfb_counts, "
          + Part.readFromDay()
          + " AS parts"
          + IN_DAYS;

  /** The parts of each reported value, added up; of the version the greatest. */
  static final String SUMS_OF_DAYS =
      "SELECT value, "
          + Part.addedUpOfDays()
          + " AS parts"
          + IN_DAYS
          + " AND value <> '' GROUP BY 1";

  private static final String PARTS =
      """
      SELECT started_at >= :from AS present, nullif(media_id, '') AS media, %1$s AS label,
             %2$s AS parts
        FROM (%3$s) AS m
       GROUP BY 1, 2, 3
      """;

  private static final String STEPS =
      """
      SELECT present, label, grouping(load_place) = 0 AS of_load,
             coalesce(load_place, ttfb_place) AS place, count(*) AS n
        FROM (SELECT started_at >= :from AS present,
                     CASE WHEN started_at >= :from THEN %1$s END AS label,
                     width_bucket(video_load_time_ms, latency_bounds()) + 1 AS load_place,
                     width_bucket(ttfb_ms, latency_bounds()) + 1 AS ttfb_place
                FROM (%2$s) AS s) AS steps
       GROUP BY GROUPING SETS ((present, label, load_place), (present, label, ttfb_place))
      HAVING coalesce(load_place, ttfb_place) IS NOT NULL
      """;

  private static final String SESSIONS =
      "SELECT %2$s FROM media_session_metrics"
          + " WHERE started_at >= :start%1$d AND started_at < :end%1$d";

  /** In the index. */
  private static final String FEW_COLUMNS =
      "started_at, video_load_time_ms, ttfb_ms, media_id, device, browser, connection_type";

  private static final String ALL_COLUMNS =
      FEW_COLUMNS
          + ", session_id, status, asked_to_play, started_playing, fatal_error, stall_count,"
          + " stall_duration_ms, watched_duration_seconds, metrics_version, peak_resolution,"
          + " events_missing, counters_disagree, last_event_at";

  private static final String LATENCIES =
      """
      percentile_cont(ARRAY[0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY video_load_time_ms) AS loads,
      percentile_cont(ARRAY[0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY ttfb_ms) AS answers
      FROM media_session_metrics""";

  /** What a row of percentiles is of: the window, the window before it, or one value. */
  static final String OF_PRESENT = "present";

  static final String OF_VALUE = "value";

  private static final String PERCENTILES =
      """
      SELECT 'before' AS part, NULL::text AS label, %1$s
       WHERE started_at >= :before AND started_at < :from
      UNION ALL
      SELECT 'present', NULL, %1$s
       WHERE started_at >= :from AND started_at < :to
      """;

  private static final String PERCENTILES_OF_GROUPS =
      """
      UNION ALL
      SELECT 'value', %2$s, %1$s
       WHERE started_at >= :from AND started_at < :to
       GROUP BY 2
      """;

  /**
   * The funnel: the exercises of visible workouts whose day begins in the window, how far each came
   * in the patient's sessions of that day, and how far patients came in any session of the window.
   * Counted days are read from their rows; of the others, prescriptions by their days and sessions
   * by stretches of time.
   */
  static String funnel(int stretches) {
    StringBuilder sessions = new StringBuilder();
    for (int i = 0; i < stretches; i++) {
      sessions.append(
          """
           UNION ALL
          SELECT patient_id, 0, 0, 0, 0,
                 max(CASE WHEN NOT started_playing THEN 0
                          WHEN status = 'completed' THEN 2 ELSE 1 END)::smallint
            FROM media_session_metrics
           WHERE started_at >= :start%1$d AND started_at < :end%1$d
           GROUP BY patient_id
          """
              .formatted(i));
    }
    return FUNNEL.formatted(sessions);
  }

  private static final String FUNNEL =
      """
      SELECT coalesce(sum(assigned), 0)::bigint AS assigned,
             coalesce(sum(opened), 0)::bigint AS opened,
             coalesce(sum(started), 0)::bigint AS started,
             coalesce(sum(completed), 0)::bigint AS completed,
             count(*) FILTER (WHERE assigned > 0) AS patients,
             count(*) FILTER (WHERE step >= 0) AS patients_opened,
             count(*) FILTER (WHERE step >= 1) AS patients_started,
             count(*) FILTER (WHERE step >= 2) AS patients_completed
        FROM (SELECT patient_id, sum(assigned) AS assigned, sum(opened) AS opened,
                     sum(started) AS started, sum(completed) AS completed, max(step) AS step
                FROM (SELECT patient_id, assigned, opened, started, completed, step
                        FROM patient_days
                       WHERE org_id = current_org() AND day = ANY(:counted::date[])
                       UNION ALL
                      SELECT p.patient_id, count(*)::integer,
                             (count(*) FILTER (WHERE p.step >= 0))::integer,
                             (count(*) FILTER (WHERE p.step >= 1))::integer,
                             (count(*) FILTER (WHERE p.step >= 2))::integer, NULL::smallint
                        FROM unnest(:open::date[]) AS days (day)
                       CROSS JOIN LATERAL
                             prescribed_steps(current_org(), days.day, :zone) AS p
                       GROUP BY p.patient_id
      %s) AS parts
               GROUP BY patient_id) AS patients
      """;

  static final String STALLS =
      """
      SELECT media_id, count(duration_ms) AS n, avg(duration_ms)::double precision AS average,
             percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95
        FROM media_buffering_events
       WHERE media_id = ANY(:media) AND started_at >= :from AND started_at < :to
       GROUP BY media_id
      """;

  static final String EXERCISES =
      "SELECT media_id, slug, display_name FROM exercises WHERE media_id = ANY(:media)";

  private VideoHealthSql() {}

  /**
   * The parts of the sessions of so many stretches of time, {@code :start0} to {@code :end0} and so
   * on, for each window, video and label.
   *
   * @param label an expression over columns that comes from {@link Dimension} alone
   */
  static String parts(String label, int stretches) {
    return PARTS.formatted(label, Part.countedFromSessions(), sessions(stretches, ALL_COLUMNS));
  }

  /** How many of their latencies are in which step, for each window and label. */
  static String steps(String label, int stretches) {
    String columns = label.contains("peak_resolution") ? ALL_COLUMNS : FEW_COLUMNS;
    return STEPS.formatted(label, sessions(stretches, columns));
  }

  /** The exact percentiles of both windows, and of the groups where there are any. */
  static String percentiles(String label, boolean grouped) {
    return (grouped ? PERCENTILES + PERCENTILES_OF_GROUPS : PERCENTILES)
        .formatted(LATENCIES, label);
  }

  private static String sessions(int stretches, String columns) {
    return IntStream.range(0, stretches)
        .mapToObj(i -> SESSIONS.formatted(i, columns))
        .collect(Collectors.joining("\nUNION ALL\n"));
  }
}
