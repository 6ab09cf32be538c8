package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.schemas.event.MediaRecord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The weekly counts are at every moment what a recount of the sessions gives. */
@Tag("servers")
class WeeklyAggregateScenarioTest {
  /** Around borders of weeks and months, in time zones of their own. */
  private static final List<String> STARTS =
      List.of(
          "2026-10-31 23:59:59.9Z",
          "2026-11-01 00:00:00Z",
          "2026-11-15 23:59:59Z",
          "2026-11-16 00:00:00Z",
          "2026-11-30 02:00:00+03",
          "2026-11-30 00:00:00Z",
          "2026-12-06 23:30:00-01",
          "2027-01-03 10:00:00Z");

  private static final List<String> ZONES =
      List.of("UTC", "Europe/Bucharest", "America/Los_Angeles", "Pacific/Kiritimati");

  /** Says each part again, in words of its own. */
  private static final String RECOUNT =
      """
      SELECT org_id,
             date_trunc('week', started_at AT TIME ZONE coalesce(time_zone, 'UTC'))::date AS week,
             coalesce(time_zone, 'UTC') AS zone,
             coalesce(media_id, '') AS media_id,
             count(*) AS sessions,
             count(*) FILTER (WHERE asked_to_play) AS asked_to_play,
             count(*) FILTER (WHERE started_playing) AS started_playing,
             count(*) FILTER (WHERE status = 'playing') AS playing,
             count(*) FILTER (WHERE status = 'completed') AS completed,
             count(*) FILTER (WHERE status = 'abandoned') AS abandoned,
             count(*) FILTER (WHERE status = 'error') AS error,
             count(*) FILTER (WHERE status = 'completed' AND started_playing) AS played_to_the_end,
             count(*) FILTER (WHERE fatal_error) AS fatal,
             count(*) FILTER (WHERE asked_to_play AND fatal_error AND NOT started_playing)
               AS start_failures,
             count(*) FILTER (WHERE asked_to_play AND NOT fatal_error AND NOT started_playing
                              AND status <> 'playing') AS exits_before_start,
             count(*) FILTER (WHERE error_count > 0) AS sessions_with_error,
             sum(error_count) AS errors,
             sum(stall_count) AS stalls,
             sum(stall_duration_ms) AS stall_ms,
             sum(round(watched_duration_seconds * 1000)::bigint) AS watched_ms,
             count(ttfb_ms) AS ttfb_n,
             coalesce(sum(ttfb_ms), 0) AS ttfb_sum_ms,
             count(video_load_time_ms) AS load_n,
             coalesce(sum(video_load_time_ms), 0) AS load_sum_ms,
             max(metrics_version) AS metrics_version,
             array_agg(ttfb_ms) FILTER (WHERE ttfb_ms IS NOT NULL) AS ttfbs,
             array_agg(video_load_time_ms) FILTER (WHERE video_load_time_ms IS NOT NULL) AS loads
        FROM media_session_metrics
        LEFT JOIN (SELECT org_id, time_zone FROM organizations) AS clinic USING (org_id)
       GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4
      """;

  private static MetricsDatabase database;

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
    database.run("SELECT ensure_media_partitions('2026-11-15Z', 1, 2)");
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    database.empty();
    assertThat(database.rows("SELECT * FROM media_session_weekly_agg")).isEmpty();
  }

  @Test
  void anySequenceOfWritesLeavesWhatARecountGives() throws SQLException {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      List<String> done = new ArrayList<>();
      for (int step = 0; step < 12; step++) {
        String sql = anyWrite(random);
        done.add(sql);
        database.run(sql);
        assertEqualsRecount("seed " + seed + " after\n" + String.join(";\n", done));
      }
      if (seed == 0) {
        assertThat(
                database.rows(
                    "SELECT week, r.* FROM media_weeks() AS week,"
                        + " LATERAL reconcile_media_week(week, 'test') AS r"))
            .as("what a reconciliation corrects")
            .isEmpty();
      }
      database.run("DELETE FROM media_session_metrics");
      assertThat(database.rows("SELECT * FROM media_session_weekly_agg")).isEmpty();
    }
  }

  private static String anyWrite(Random random) {
    return switch (random.nextInt(7)) {
      // As MergeTable does it: new rows, changed ones, and ones that move between partitions.
      case 0, 1, 2 -> merge(random, "", "");
      case 3 -> merge(random, "", " AND s.stall_count % 2 = 0 THEN DELETE WHEN MATCHED");
      case 4 ->
          "UPDATE media_session_metrics SET started_at = '%s', media_id = %s, ttfb_ms = %s"
                  .formatted(start(random), media(random), millis(random))
              + " WHERE get_byte(uuid_send(session_id), 15) % 3 = "
              + random.nextInt(3);
      // A clinic is entered, or moves to another zone.
      case 5 ->
          "INSERT INTO organizations (org_id, name, time_zone)"
              + " VALUES ('00000000-0000-4000-8000-%012d', 'Clinic', '%s')"
                  .formatted(random.nextInt(2), ZONES.get(random.nextInt(ZONES.size())))
              + " ON CONFLICT (org_id) DO UPDATE SET time_zone = excluded.time_zone";
      default ->
          "DELETE FROM media_session_metrics WHERE get_byte(uuid_send(session_id), 15) % 5 = "
              + random.nextInt(5);
    };
  }

  private static String merge(Random random, String before, String when) {
    List<Integer> sessions = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      sessions.add(i);
    }
    Collections.shuffle(sessions, random);
    List<String> rows = new ArrayList<>();
    for (int session : sessions.subList(0, 1 + random.nextInt(12))) {
      rows.add(
          "('00000000-0000-4000-8000-%012d'::uuid, '00000000-0000-4000-8000-%012d'::uuid,"
                  .formatted(session, session % 2)
              + " '%s'::timestamptz, %s, '%s', %b, %b, %b, %d, %d, %d, %f::float8, %s::bigint,"
                  .formatted(
                      start(random),
                      media(random),
                      List.of("playing", "completed", "abandoned", "error").get(random.nextInt(4)),
                      random.nextBoolean(),
                      random.nextBoolean(),
                      random.nextBoolean(),
                      random.nextInt(3),
                      random.nextInt(4),
                      random.nextInt(9000),
                      random.nextDouble() * 200,
                      millis(random))
              + " %s::bigint, %d)".formatted(millis(random), 1 + random.nextInt(3)));
    }
    return before
        + "MERGE INTO media_session_metrics AS s USING (VALUES "
        + String.join(", ", rows)
        + ") AS n (session_id, org_id, started_at, media_id, status, asked, started, fatal, errors,"
        + " stalls, stall_ms, watched, ttfb, load, version) ON s.session_id = n.session_id"
        + " WHEN MATCHED"
        + when
        + " THEN UPDATE SET started_at = n.started_at, media_id = n.media_id, status = n.status,"
        + " asked_to_play = n.asked, started_playing = n.started, fatal_error = n.fatal,"
        + " error_count = n.errors, stall_count = n.stalls, stall_duration_ms = n.stall_ms,"
        + " watched_duration_seconds = n.watched, ttfb_ms = n.ttfb, video_load_time_ms = n.load,"
        + " metrics_version = n.version"
        + " WHEN NOT MATCHED THEN INSERT (session_id, org_id, patient_id, started_at,"
        + " last_event_at, status, started_playing, watched_duration_seconds, completion_percent,"
        + " max_position_seconds, plays, pauses, seeks, milestone_percent, heartbeats,"
        + " buffering_count, total_buffering_duration_ms, stall_count, stall_duration_ms,"
        + " bitrate_switches, resolution_switches, dropped_frames, total_frames, error_count,"
        + " error_types, fatal_error, events_seen, events_missing, counters_disagree,"
        + " metrics_version, media_id, ttfb_ms, video_load_time_ms, asked_to_play)"
        + " VALUES (n.session_id, n.org_id, n.org_id, n.started_at, n.started_at, n.status,"
        + " n.started, n.watched, 0, 0, 0, 0, 0, 0, 0, 0, 0, n.stalls, n.stall_ms, 0, 0, 0, 0,"
        + " n.errors, '{}', n.fatal, 1, 0, false, n.version, n.media_id, n.ttfb, n.load, n.asked)";
  }

  private static String start(Random random) {
    return STARTS.get(random.nextInt(STARTS.size()));
  }

  private static String media(Random random) {
    return List.of("'one'", "'two'", "NULL::text").get(random.nextInt(3));
  }

  private static String millis(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> "NULL";
      case 1 -> String.valueOf(random.nextInt(20));
      case 2 -> String.valueOf(random.nextInt(400_000));
      default -> String.valueOf(200 + random.nextInt(2000));
    };
  }

  private static void assertEqualsRecount(String when) throws SQLException {
    List<Map<String, String>> kept =
        database.rows("SELECT * FROM media_session_weekly_agg ORDER BY 1, 2, 3");
    List<Map<String, String>> counted = database.rows(RECOUNT);
    for (Map<String, String> row : counted) {
      row.put("ttfb_counts", histogram(row.remove("ttfbs")));
      row.put("load_counts", histogram(row.remove("loads")));
    }
    kept.forEach(row -> row.remove("version_counts"));
    assertThat(kept).as(when).containsExactlyElementsOf(counted);
    assertThat(database.rows("SELECT * FROM media_session_changes")).as(when).isEmpty();
  }

  /** The histogram by its rule: steps of at most 12 %, from 1 ms to five minutes. */
  private static String histogram(String array) {
    List<Integer> counts = new ArrayList<>();
    if (array != null) {
      for (String value : array.substring(1, array.length() - 1).split(",", -1)) {
        long ms = Long.parseLong(value);
        int place = 0;
        for (long bound = 1; bound <= ms; bound = next(bound)) {
          place++;
          if (bound == 300_000) {
            break;
          }
        }
        while (counts.size() <= place) {
          counts.add(0);
        }
        counts.set(place, counts.get(place) + 1);
      }
    }
    return counts.toString().replace('[', '{').replace(']', '}').replace(" ", "");
  }

  private static long next(long bound) {
    return Math.min(300_000, Math.max(bound + 1, bound * 112 / 100));
  }

  @Test
  void thePipelinesOwnWritesAreCounted() throws SQLException {
    SessionTable table = new SessionTable();
    for (int seed = 0; seed < 15; seed++) {
      Random random = new Random(seed);
      List<MediaRecord> session = new ArrayList<>(SessionScripts.any(random));
      Collections.shuffle(session, random);
      SessionTally tally = SessionTally.of(session.get(0));
      for (MediaRecord record : session) {
        tally = SessionTally.merge(tally, SessionTally.of(record));
        database.write(table, MeasuredSession.of(tally).metrics());
        database.write(table, MeasuredSession.of(SessionTally.of(record)).metrics());
      }
      assertEqualsRecount("seed " + seed);
    }
    assertThat(database.rows("SELECT 1 FROM media_session_weekly_agg")).isNotEmpty();
  }

  /**
   * One MERGE that inserts and updates, by every way to join the new rows with the stored ones: the
   * pipeline's own statement, and one that is written by hand.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SET enable_mergejoin = off; SET enable_nestloop = off",
        "SET enable_hashjoin = off; SET enable_nestloop = off",
        "SET enable_hashjoin = off; SET enable_mergejoin = off",
        "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_sort = off",
        "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_indexscan = off;"
            + " SET enable_bitmapscan = off"
      })
  void everyPlanCountsAlike(String plan) throws SQLException {
    SessionTable table = new SessionTable();
    try (DatabaseSession writer = database.settings().session()) {
      if (!plan.isEmpty()) {
        writer.commit(handle -> handle.execute(plan));
      }
      for (int round = 0; round < 6; round++) {
        List<SessionMetrics> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          // Some are there, some are new, and both are mixed in the order of their ids.
          int session = (7 * i + 11 * round) % 97;
          rows.add(Played.session(session).start(0).play(1, 3 + 10 * round).measured().metrics());
        }
        rows.sort(Comparator.comparing(row -> row.identity().sessionId()));
        MetricsDatabase.write(writer, table, rows);
        assertEqualsRecount(plan + ", round " + round);
      }
    }
    for (int seed = 100; seed < 104; seed++) {
      Random random = new Random(seed);
      for (int step = 0; step < 5; step++) {
        database.run(plan + "; " + merge(random, "", ""));
        assertEqualsRecount(plan + ", by hand, seed " + seed);
      }
    }
  }

  @Test
  void anEarlierEventTakesTheSessionIntoAnotherMonthsWeek() throws SQLException {
    double elevenDays = 11 * 86_400;
    Played played = Played.session(4).play(elevenDays, 5).start(0).play(1, 0);
    SessionTable table = new SessionTable();
    database.write(table, MeasuredSession.of(SessionTally.of(played.records().get(0))).metrics());
    assertThat(weeks()).containsExactly("2026-11-30");

    database.write(table, played.measured().metrics());

    assertThat(weeks()).containsExactly("2026-11-16");
    assertEqualsRecount("moved");
  }

  private static List<String> weeks() throws SQLException {
    return database.rows("SELECT week FROM media_session_weekly_agg").stream()
        .map(row -> row.get("week"))
        .toList();
  }

  @Test
  void percentilesAreWithinSixPercentOfTheNearestRank() throws SQLException {
    Random random = new Random(7);
    for (int round = 0; round < 30; round++) {
      long[] values =
          random.longs(1 + random.nextInt(300), 0, 1 + random.nextInt(300_000)).toArray();
      String list = Arrays.toString(values);
      Arrays.sort(values);
      for (double share : new double[] {0, 0.5, 0.75, 0.95, 1}) {
        double exact = values[(int) Math.max(1, Math.ceil(share * values.length)) - 1];
        String sql =
            "SELECT latency_percentile((SELECT counts_changed('{}', array_agg(place),"
                + " array_agg(n::int)) FROM (SELECT width_bucket(v, latency_bounds()) + 1 AS place,"
                + " count(*) AS n FROM unnest('"
                + list.replace('[', '{').replace(']', '}')
                + "'::bigint[]) AS v GROUP BY 1) AS steps), "
                + share
                + ") AS ms";
        double read = Double.parseDouble(database.rows(sql).get(0).get("ms"));
        assertThat(read).as("p%s of %s", share, list).isCloseTo(exact, within(0.06 * exact));
      }
    }
    assertThat(database.rows("SELECT latency_percentile('{}', 0.5) AS ms").get(0).get("ms"))
        .isNull();
    assertThat(
            database
                .rows(
                    "SELECT sum_counts(c) AS c FROM (VALUES ('{1,2}'::int[]), ('{}'), ('{0,1,5}'))"
                        + " AS h (c)")
                .get(0)
                .get("c"))
        .isEqualTo("{1,3,5}");
  }
}
