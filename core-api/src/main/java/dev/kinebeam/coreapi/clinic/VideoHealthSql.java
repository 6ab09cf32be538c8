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

  /** How far each patient came: 0 opened, 1 started, 2 completed. */
  static final String PATIENTS =
      """
      SELECT count(*) AS opened, count(*) FILTER (WHERE step >= 1) AS started,
             count(*) FILTER (WHERE step >= 2) AS completed
        FROM (SELECT max(CASE WHEN NOT started_playing THEN 0
                              WHEN status = 'completed' THEN 2 ELSE 1 END) AS step
                FROM media_session_metrics
               WHERE started_at >= :from AND started_at < :to
               GROUP BY patient_id) p
      """;

  /**
   * The exercises of visible workouts whose day begins in the window, and how far each came in the
   * patient's sessions of that day: those that played a render of the same exercise and recipe, or
   * the exercise where they did not report which render, or one that is replaced since then, as of
   * a whole video that was imported anew, or a personal video of the exercise.
   */
  static final String PRESCRIBED =
      """
      SELECT count(*) AS assigned, count(DISTINCT patient_id) AS patients,
             count(*) FILTER (WHERE played.step >= 0) AS opened,
             count(*) FILTER (WHERE played.step >= 1) AS started,
             count(*) FILTER (WHERE played.step >= 2) AS completed
        FROM workouts AS w
       CROSS JOIN LATERAL (
             SELECT w.scheduled_for::timestamp AT TIME ZONE :zone AS begins,
                    (w.scheduled_for + 1)::timestamp AT TIME ZONE :zone AS ends) AS day
        JOIN workout_exercises AS x USING (workout_id, org_id, patient_id)
        LEFT JOIN exercise_renders AS r ON r.render_id = x.render_id
        JOIN exercises AS e ON e.exercise_id = x.exercise_id
        LEFT JOIN LATERAL (
             SELECT max(CASE WHEN NOT s.started_playing THEN 0
                             WHEN s.status = 'completed' THEN 2 ELSE 1 END) AS step
               FROM media_session_metrics AS s
               LEFT JOIN exercise_renders AS p ON p.render_id = s.render_id
               LEFT JOIN personalized_exercise_videos AS v
                 ON v.media_id = s.media_id AND v.patient_id = s.patient_id
              WHERE s.patient_id = w.patient_id
                AND s.started_at >= day.begins AND s.started_at < day.ends
                AND (p.exercise_id = r.exercise_id AND p.recipe_hash = r.recipe_hash
                     OR p.render_id IS NULL
                        AND (s.media_id = e.media_id OR v.exercise_id = x.exercise_id)))
             AS played ON true
       WHERE w.status IN ('visible', 'completed') AND NOT x.left_out
         AND w.scheduled_for >= (:from AT TIME ZONE :zone)::date
         AND w.scheduled_for <= (:to AT TIME ZONE :zone)::date
         AND day.begins >= :from AND day.begins < :to
      """;

  static final String STALLS =
      """
      SELECT media_id, count(duration_ms) AS n, avg(duration_ms)::double precision AS average,
             percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95
        FROM media_buffering_events
       WHERE media_id = ANY(:media) AND started_at >= :from AND started_at < :to
       GROUP BY media_id
      """;

  /** A personal video has its exercise's name alone: the exercise's figures are not its own. */
  static final String EXERCISES =
      """
      SELECT media_id, slug, display_name FROM exercises WHERE media_id = ANY(:media)
       UNION ALL
      SELECT v.media_id, NULL, e.display_name
        FROM personalized_exercise_videos AS v JOIN exercises AS e USING (exercise_id)
       WHERE v.media_id = ANY(:media)
      """;

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
