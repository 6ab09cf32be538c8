package dev.kinebeam.coreapi.automations;

import dev.kinebeam.schemas.AlertDefaults;
import dev.kinebeam.schemas.alert.Counts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Reads the past week of an organisation. The database adds up; at most {@link #MOST} sessions are
 * read, the newest ones, from an index that holds all that is needed.
 */
final class PastWeekReader {
  static final Duration WEEK = Duration.ofDays(7);
  static final int MOST = 300_000;

  /**
   * Longer, and the preview is refused for now: it is asked for again with each change of a form.
   */
  private static final String TIMEOUT = "4s";

  private static final String SETTINGS =
      """
      SELECT set_config('work_mem', '32MB', true) || set_config('jit', 'off', true)
             || set_config('statement_timeout', :timeout, true)
      """;

  /** Hours only of the time that the rule for exercises looks back to. */
  private static final String SESSIONS =
      """
      SELECT grouping(slot) = 0 AS of_all, slot, hour, media_id, count(*) AS sessions,
             count(ttfb_ms) AS timed,
             count(*) FILTER (WHERE ttfb_ms > :wanted) AS slow_wanted,
             count(*) FILTER (WHERE ttfb_ms > :present) AS slow_present,
             count(*) FILTER (WHERE played) AS played,
             count(*) FILTER (WHERE played AND stall_duration_ms > 0) AS stalled,
             coalesce(sum(stall_duration_ms), 0)::bigint AS stall_ms,
             coalesce(sum(watched_ms), 0)::bigint AS watched_ms
        FROM (SELECT date_bin('5 minutes', started_at, 'epoch') AS slot,
                     CASE WHEN started_at >= :exercises
                          THEN date_bin('1 hour', started_at, 'epoch') END AS hour,
                     media_id, ttfb_ms, stall_duration_ms,
                     round(least(watched_duration_seconds, 1e9) * 1000)::bigint AS watched_ms,
                     stall_duration_ms > 0 OR watched_duration_seconds >= 0.0005 AS played
                FROM media_session_metrics
               WHERE started_at >= :from AND started_at < :to
               ORDER BY started_at DESC
               LIMIT :most) AS s
       GROUP BY GROUPING SETS ((slot), (hour, media_id))
      """;

  private static final String FAULTY =
      """
      SELECT date_bin('1 hour', started_at, 'epoch') AS hour, media_id, count(*) AS faulty
        FROM (SELECT started_at, media_id
                FROM media_session_metrics
               WHERE started_at >= :from AND started_at < :to AND error_count > 0
                 AND media_id IS NOT NULL
               ORDER BY started_at DESC
               LIMIT :most) AS s
       GROUP BY 1, 2
      """;

  private PastWeekReader() {}

  /**
   * What was read.
   *
   * @param wanted with the sessions that are slow by the wanted limit
   * @param present with those that are slow by the present one
   * @param sessions how many were read, those of the time before the week included
   * @param isComplete false when there were more: then the week begins later
   */
  record Read(PastWeek wanted, PastWeek present, Instant from, long sessions, boolean isComplete) {}

  static Read read(Handle handle, Instant now, long wantedTtfbMs, long presentTtfbMs, int most) {
    handle.createQuery(SETTINGS).bind("timeout", TIMEOUT).mapTo(String.class).one();
    Instant weekFrom = now.minus(WEEK);
    Instant readFrom = weekFrom.minus(AlertDefaults.BASELINE);
    Gathered gathered = new Gathered();
    within(handle.createQuery(SESSIONS), readFrom, now, most)
        .bind("exercises", utc(weekFrom.minus(AlertDefaults.EXERCISE)))
        .bind("wanted", wantedTtfbMs)
        .bind("present", presentTtfbMs)
        .map((row, context) -> gathered.take(row))
        .list();
    boolean complete = gathered.sessions < most;
    Instant from =
        complete ? weekFrom : later(weekFrom, gathered.oldest.plus(AlertDefaults.EXERCISE), now);
    Read read =
        new Read(
            new PastWeek(from, now), new PastWeek(from, now), from, gathered.sessions, complete);
    gathered.give(read);
    within(handle.createQuery(FAULTY), weekFrom.minus(AlertDefaults.EXERCISE), now, most)
        .map((row, context) -> takeFaulty(row, read))
        .list();
    return read;
  }

  private static Instant later(Instant one, Instant other, Instant most) {
    Instant later = one.isAfter(other) ? one : other;
    return later.isAfter(most) ? most : later;
  }

  private static Query within(Query query, Instant from, Instant to, int most) {
    return query.bind("from", utc(from)).bind("to", utc(to)).bind("most", most);
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static boolean takeFaulty(ResultSet row, Read read) throws SQLException {
    Counts counts = new Counts(0, row.getLong("faulty"), 0, 0, 0, 0, 0, 0);
    String media = row.getString("media_id");
    Instant hour = instant(row, "hour");
    read.wanted.exercise(media, hour, counts);
    read.present.exercise(media, hour, counts);
    return true;
  }

  /** Rows as they come, until it is known when the week begins. */
  private static final class Gathered {
    private final List<Consumer<Read>> rows = new ArrayList<>();
    private Instant oldest = Instant.MAX;
    private long sessions;

    boolean take(ResultSet row) throws SQLException {
      Counts wanted = counts(row, row.getLong("slow_wanted"));
      Counts present = counts(row, row.getLong("slow_present"));
      if (row.getBoolean("of_all")) {
        Instant slot = instant(row, "slot");
        oldest = slot.isBefore(oldest) ? slot : oldest;
        sessions += wanted.sessions();
        rows.add(
            read -> {
              read.wanted.slot(slot, wanted);
              read.present.slot(slot, present);
            });
      } else if (row.getObject("hour") != null && row.getString("media_id") != null) {
        Instant hour = instant(row, "hour");
        String media = row.getString("media_id");
        Counts lasting = wanted.withoutSlow();
        rows.add(
            read -> {
              read.wanted.exercise(media, hour, lasting);
              read.present.exercise(media, hour, lasting);
            });
      }
      return true;
    }

    void give(Read read) {
      rows.forEach(row -> row.accept(read));
    }

    private static Counts counts(ResultSet row, long slow) throws SQLException {
      return new Counts(
          row.getLong("sessions"),
          0,
          row.getLong("timed"),
          slow,
          row.getLong("played"),
          row.getLong("stalled"),
          row.getLong("stall_ms"),
          row.getLong("watched_ms"));
    }
  }
}
