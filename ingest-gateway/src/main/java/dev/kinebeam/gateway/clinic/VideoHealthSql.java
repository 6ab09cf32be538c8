package dev.kinebeam.gateway.clinic;

/**
 * The statements behind {@link VideoHealth}. They name no organisation: the transaction does, and
 * the database's policies keep the others' rows away.
 */
final class VideoHealthSql {
  private static final String COUNTS =
      """
      count(*) AS sessions,
      count(*) FILTER (WHERE status = 'playing') AS playing,
      count(*) FILTER (WHERE status = 'completed') AS completed,
      count(*) FILTER (WHERE status = 'abandoned') AS abandoned,
      count(*) FILTER (WHERE status = 'error') AS error,
      count(*) FILTER (WHERE asked_to_play) AS asked,
      count(*) FILTER (WHERE started_playing) AS started,
      count(*) FILTER (WHERE started_playing AND status = 'completed') AS finished,
      count(*) FILTER (WHERE asked_to_play AND fatal_error AND NOT started_playing)
        AS start_failures,
      count(*) FILTER (WHERE asked_to_play AND NOT fatal_error AND NOT started_playing
                         AND status <> 'playing') AS exits,
      count(*) FILTER (WHERE fatal_error) AS failures,
      coalesce(sum(stall_count), 0) AS stalls,
      coalesce(sum(stall_duration_ms), 0) AS stall_ms,
      coalesce(sum(watched_duration_seconds), 0) * 1000 AS watched_ms,
      coalesce(max(metrics_version), 0) AS metrics_version
      """;

  private static final String FIGURES =
      COUNTS
          + """
          , count(video_load_time_ms) AS start_up_n,
          percentile_cont(ARRAY[0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY video_load_time_ms)
            AS start_up,
          count(ttfb_ms) AS ttfb_n,
          percentile_cont(ARRAY[0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY ttfb_ms) AS ttfb
          """;

  private static final String NO_PERCENTILES =
      ", 0, NULL::double precision[], 0, NULL::double precision[]";

  /**
   * The table is read once, for both windows; everything else is made of what was read. Rows tell
   * by {@code part} what they are of.
   */
  private static final String HEALTH =
      """
      WITH s AS MATERIALIZED (
        SELECT started_at >= :from AS present, status, asked_to_play, started_playing,
               fatal_error, video_load_time_ms, ttfb_ms, stall_count, stall_duration_ms,
               watched_duration_seconds, metrics_version, media_id, patient_id, %1$s AS label
          FROM media_session_metrics
         WHERE started_at >= :before AND started_at < :to)
      SELECT 'present' AS part, NULL::text AS label, %2$s FROM s WHERE present
      UNION ALL
      SELECT 'before', NULL, %2$s FROM s WHERE NOT present
      UNION ALL
      SELECT * FROM (SELECT 'group', label, %2$s FROM s WHERE present AND :grouped
                      GROUP BY label ORDER BY count(*) DESC, label LIMIT :groups) g
      UNION ALL
      SELECT * FROM (SELECT 'top', media_id, %3$s FROM s WHERE present AND media_id IS NOT NULL
                      GROUP BY media_id HAVING sum(stall_count) > 0
                      ORDER BY sum(stall_count) DESC, sum(stall_duration_ms) DESC, media_id
                      LIMIT :top) t
      """;

  static final String PATIENTS =
      """
      SELECT count(*) AS opened, count(*) FILTER (WHERE started) AS started,
             count(*) FILTER (WHERE completed) AS completed
        FROM (SELECT bool_or(started_playing) AS started,
                     bool_or(started_playing AND status = 'completed') AS completed
                FROM media_session_metrics
               WHERE started_at >= :from AND started_at < :to
               GROUP BY patient_id) p
      """;

  static final String STALLS =
      """
      SELECT media_id, count(duration_ms) AS n, avg(duration_ms)::double precision AS average,
             percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95
        FROM media_buffering_events
       WHERE media_id = ANY(:media) AND started_at >= :from AND started_at < :to
         AND cause = 'stall'
       GROUP BY media_id
      """;

  static final String SLUGS = "SELECT media_id, slug FROM exercises WHERE media_id = ANY(:media)";

  private VideoHealthSql() {}

  /** The statement for a breakdown by this column, which comes from {@link Dimension} alone. */
  static String health(String column) {
    return HEALTH.formatted(column, FIGURES, COUNTS + NO_PERCENTILES);
  }
}
