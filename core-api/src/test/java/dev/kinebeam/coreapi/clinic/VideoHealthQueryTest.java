package dev.kinebeam.coreapi.clinic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.clinic.VideoHealth.Breakdown;
import dev.kinebeam.coreapi.clinic.VideoHealth.Figures;
import dev.kinebeam.coreapi.clinic.VideoHealth.Group;
import dev.kinebeam.coreapi.clinic.VideoHealth.Percentiles;
import dev.kinebeam.coreapi.clinic.VideoHealth.Previous;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.testkit.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jdbi.v3.core.Jdbi;

/**
 * The answer by counted days is the answer by sessions, and the index answers alone. The
 * organisation has a tenth of the sessions of ten weeks, like those of a clinic, with what hostile
 * players send among them.
 */
@Tag("servers")
class VideoHealthQueryTest {
  private static final UUID ORG = UUID.fromString("00000000-0000-0000-0000-000000000000");
  private static final Instant FIRST = Instant.parse("2026-03-04T05:06:07Z");
  private static final int MINUTES = 70 * 24 * 60;
  private static final long NEVER = Long.MAX_VALUE;
  private static final long ALWAYS = -1;
  private static final double[] SHARES = {0.5, 0.75, 0.95};

  private static final List<Optional<Dimension>> QUESTIONS =
      Stream.concat(
              Stream.of(Optional.<Dimension>empty()),
              Arrays.stream(Dimension.values()).map(Optional::of))
          .toList();

  private static TestPostgres postgres;
  private static Jdbi owner;
  private static Database coreApi;
  private static List<Session> sessions;
  private static ZoneId zone = ZoneId.of("UTC");

  private record Session(Instant at, String media, String device, Long load, Long ttfb) {}

  @BeforeContainer
  static void fill() throws Exception {
    postgres = TestPostgres.migrated();
    owner = Jdbi.create(postgres.owner());
    owner.useHandle(
        handle -> {
          handle.execute("SELECT ensure_media_partitions(?::timestamptz, 1, 4)", FIRST.toString());
          handle.execute("SELECT setseed(0.25)");
          handle.execute(
              """
              INSERT INTO media_session_metrics
                (session_id, org_id, patient_id, media_id, device, started_at, last_event_at,
                 status, ttfb_ms, video_load_time_ms, asked_to_play, started_playing, fatal_error,
                 watched_duration_seconds, completion_percent, max_position_seconds, plays, pauses,
                 seeks, milestone_percent, heartbeats, buffering_count,
                 total_buffering_duration_ms, stall_count, stall_duration_ms, bitrate_switches,
                 resolution_switches, dropped_frames, total_frames, error_count, error_types,
                 events_seen, events_missing, counters_disagree, metrics_version)
              SELECT gen_random_uuid(), ('00000000-0000-0000-0000-' || lpad((i % 10)::text, 12, '0'))::uuid,
                     ('00000000-0000-0000-0001-' || lpad((i % 170)::text, 12, '0'))::uuid,
                     (ARRAY['a', 'b', 'c', 'd', '', NULL])[1 + (r[1] * r[2] * 6)::int],
                     (ARRAY['desktop', 'iPhone', NULL])[1 + (r[3] * 3)::int],
                     ?::timestamptz + r[4] * ? * interval '1 minute', now(),
                     (ARRAY['playing', 'completed', 'completed', 'abandoned', 'error'])[1 + floor(r[5] * 5)::int],
                     CASE WHEN r[6] < 0.9 THEN (r[7] * r[7] * 900)::bigint END,
                     CASE WHEN r[8] < 0.8 THEN (r[9] ^ 4 * 4000)::bigint
                          WHEN r[8] < 0.82 THEN 250000 + (r[9] * 200000)::bigint END,
                     r[10] < 0.9, r[10] < 0.7, r[11] < 0.1,
                     CASE WHEN i % 997 = 0 THEN 1e12 ELSE r[12] * 300 END, 50, 10, 1, 0, 0, 0, 1, 0, 0,
                     floor(r[13] * 3)::int,
                     CASE WHEN i % 991 = 0 THEN 9000000000000 ELSE floor(r[13] * 3)::bigint * 700 END,
                     0, 0, 0, 0, 0, '{}', 3, 0, false, 1 + (i % 3)
                FROM generate_series(1, 20000) AS i
                CROSS JOIN LATERAL (SELECT array_agg(random()) AS r FROM generate_series(1, 13)
                                     WHERE i > 0) AS draws
              """,
              FIRST.toString(), MINUTES);
          handle.execute(
              """
              INSERT INTO media_waits (stall_id, session_id, org_id, patient_id, media_id, started_at,
                                       ended_at, duration_ms, events_seen, cause)
              SELECT gen_random_uuid(), session_id, org_id, patient_id, media_id, started_at,
                     last_event_at - random() * interval '20 seconds', 900, 2, 'stall'
                FROM media_session_metrics WHERE stall_count > 0
              """);
          handle.execute("VACUUM (ANALYZE) media_session_metrics");
          sessions =
              handle
                  .createQuery("SELECT * FROM media_session_metrics WHERE org_id = :org")
                  .bind("org", ORG)
                  .map(
                      (row, context) ->
                          new Session(
                              row.getObject("started_at", OffsetDateTime.class).toInstant(),
                              row.getString("media_id"),
                              row.getString("device"),
                              row.getObject("video_load_time_ms", Long.class),
                              row.getObject("ttfb_ms", Long.class)))
                  .list();
        });
    coreApi = Database.over(postgres.as("core_api"));
  }

  @AfterContainer
  static void stop() {
    postgres.close();
  }

  private static VideoHealth ask(long mostRead, Window window, Optional<Dimension> by) {
    return query(mostRead).run(ORG, new AskedTime.Between(window), by, true);
  }

  private static VideoHealthQuery query(long mostRead) {
    return new VideoHealthQuery(coreApi, Clock.systemUTC(), mostRead);
  }

  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  void daysAndTheRestAreTheSessions(
      @ForAll @IntRange(min = -2000, max = MINUTES) int start,
      @ForAll @IntRange(min = 1, max = 50 * 24 * 60) int minutes,
      @ForAll("questions") Optional<Dimension> by,
      @ForAll("zones") String clinicZone) {
    moveTo(clinicZone);
    Instant from = FIRST.plus(Duration.ofMinutes(start));
    holdsFor(new Window(from, from.plus(Duration.ofMinutes(minutes))), by);
  }

  /** The window has days of 23 and of 25 hours, weeks of 167 and 169. */
  @Provide
  Arbitrary<String> zones() {
    return Arbitraries.of("UTC", "Europe/Bucharest", "America/Santiago", "Asia/Kolkata");
  }

  private static void moveTo(String wanted) {
    zone = ZoneId.of(wanted);
    owner.useHandle(
        handle ->
            handle.execute(
                """
                INSERT INTO organizations (org_id, name, time_zone) VALUES (?, 'Clinic', ?)
                ON CONFLICT (org_id) DO UPDATE SET time_zone = excluded.time_zone
                """,
                ORG,
                wanted));
    count();
  }

  /** Counts every day that is not counted, as the worker does. */
  private static void count() {
    owner.useHandle(
        handle ->
            handle.execute("SELECT count_media_day(org, wanted) FROM uncounted_media_days(1000)"));
  }

  @Provide
  Arbitrary<Optional<Dimension>> questions() {
    return Arbitraries.of(QUESTIONS);
  }

  @Example
  void windowsThatAreDaysNeedNoSessions() {
    moveTo("UTC");
    Instant monday = Instant.parse("2026-03-30T00:00:00Z");
    Window window = new Window(monday, monday.plus(Duration.ofDays(14)));
    for (Optional<Dimension> by : QUESTIONS) {
      holdsFor(window, by);
    }
    assertThat(ask(ALWAYS, window, Optional.empty()).figures().sessions()).isGreaterThan(300);
  }

  /** A day that is only partly kept is counted from its sessions. */
  @Example
  void daysBeforeWhatIsKeptDoNotCount() {
    moveTo("UTC");
    Instant from = Instant.parse("2026-04-08T00:00:00Z");
    Window window = new Window(from, from.plus(Duration.ofDays(30)));
    keptFrom("2026-04-02T00:00:00Z");
    try {
      holdsFor(window, Optional.of(Dimension.EXERCISE));
    } finally {
      keptFrom("-infinity");
    }
  }

  private static void keptFrom(String time) {
    owner.useHandle(
        handle -> handle.execute("UPDATE media_retention SET counted_from = ?::timestamptz", time));
  }

  /** The rows of days alone answer for the weeks of the clinic's zone, and for no other. */
  @Example
  void aCalendarWeekIsTheClinics() {
    moveTo("Europe/Bucharest");
    AskedTime week = AskedTime.Week.parse("2026-W13");
    VideoHealth weekly = query(ALWAYS).run(ORG, week, Optional.of(Dimension.EXERCISE), true);
    assertThat(weekly.scope().timeZone()).isEqualTo("Europe/Bucharest");
    assertThat(weekly.scope().from()).isEqualTo("2026-03-22T22:00:00.000Z");
    assertThat(weekly.scope().to()).as("167 hours later").isEqualTo("2026-03-29T21:00:00.000Z");
    assertThat(weekly.scope().hours()).isEqualTo(167);
    assertThat(weekly.previous().from()).isEqualTo("2026-03-15T22:00:00.000Z");
    assertThat(weekly.previous().hours()).isEqualTo(168);
    assertThat(weekly.figures().sessions()).isEqualTo(in(week.in(zone)).count()).isPositive();
    VideoHealth days = query(ALWAYS).run(ORG, week, Optional.of(Dimension.DAY), false);
    assertThat(Objects.requireNonNull(days.breakdown()).groups())
        .extracting(group -> group.value() + " " + Objects.requireNonNull(group.bucket()).hours())
        .containsExactly(
            "2026-03-23 24.0",
            "2026-03-24 24.0",
            "2026-03-25 24.0",
            "2026-03-26 24.0",
            "2026-03-27 24.0",
            "2026-03-28 24.0",
            "2026-03-29 23.0");
    assertThat(days.breakdown().groups().stream().mapToLong(g -> g.figures().sessions()).sum())
        .isEqualTo(weekly.figures().sessions());
  }

  /** More sessions than that in whole days, and the days answer; exactly so many do not. */
  @Example
  void theNumberOfSessionsDecides() {
    moveTo("UTC");
    Instant monday = Instant.parse("2026-03-30T00:00:00Z");
    Window window =
        new Window(monday.minus(Duration.ofHours(1)), monday.plus(Duration.ofHours(71)));
    long whole =
        in(new Window(monday, monday.plus(Duration.ofDays(2)))).count()
            + in(new Window(monday.minus(Duration.ofDays(3)), monday.minus(Duration.ofDays(1))))
                .count();
    assertThat(ask(whole, window, Optional.empty()).scope().percentiles())
        .isEqualTo(VideoHealth.EXACT);
    assertThat(ask(whole - 1, window, Optional.empty()).scope().percentiles())
        .isEqualTo(VideoHealth.NEARLY);
  }

  /** Whatever changes a session takes its day's rows away in the same transaction. */
  @Example
  void aChangedSessionsDayIsNotCountedAnyMore() {
    moveTo("Europe/Bucharest");
    Instant monday = Instant.parse("2026-04-05T21:00:00Z");
    Window week = new Window(monday, monday.plus(Duration.ofDays(7)));
    assertThat(count("day >= '2026-04-06' AND day < '2026-04-13'")).isEqualTo(7);
    for (String change :
        List.of(
            "events_missing = events_missing + 1",
            "stall_count = stall_count + 1",
            "browser = coalesce(browser, '') || 'x'",
            "watched_duration_seconds = 1")) {
      long changed =
          owner.withHandle(
              handle ->
                  handle
                      .createUpdate(
                          "UPDATE media_session_metrics SET "
                              + change
                              + " WHERE session_id = (SELECT session_id FROM media_session_metrics"
                              + " WHERE org_id = :org AND started_at >= :from AND started_at < :to"
                              + " LIMIT 1)")
                      .bind("org", ORG)
                      .bind("from", Columns.utc(week.from()))
                      .bind("to", Columns.utc(week.from().plus(Duration.ofDays(1))))
                      .execute());
      assertThat(changed).isEqualTo(1);
      assertThat(count("day = '2026-04-06'")).as(change).isZero();
      assertThat(count("day > '2026-04-06' AND day < '2026-04-13'")).as(change).isEqualTo(6);
      assertThat(bare(ask(ALWAYS, week, Optional.of(Dimension.DAY))))
          .isEqualTo(bare(ask(NEVER, week, Optional.of(Dimension.DAY))));
      count();
      assertThat(count("day = '2026-04-06'")).isEqualTo(1);
    }
    owner.useHandle(
        handle ->
            handle.execute(
                "UPDATE media_session_metrics SET browser = NULL WHERE browser IS NOT NULL"
                    + " AND org_id = ?",
                ORG));
    count();
  }

  /** False where a transaction, as of an autovacuum, could still see what was there before. */
  private static boolean isVacuumed() {
    owner.useHandle(handle -> handle.execute("VACUUM (ANALYZE) media_session_metrics"));
    return owner.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT bool_and(relpages = relallvisible) FROM pg_class"
                        + " WHERE relkind = 'r' AND relname LIKE 'media\\_session\\_metrics\\_%'")
                .mapTo(Boolean.class)
                .one());
  }

  private static long count(String days) {
    return owner.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT count(*) FROM media_session_days"
                        + " WHERE org_id = :org AND kind = 'all' AND "
                        + days)
                .bind("org", ORG)
                .mapTo(Long.class)
                .one());
  }

  private static Stream<Session> in(Window window) {
    return sessions.stream()
        .filter(s -> !s.at.isBefore(window.from()) && s.at.isBefore(window.to()));
  }

  private static void holdsFor(Window window, Optional<Dimension> by) {
    VideoHealth alone = ask(NEVER, window, by);
    VideoHealth weekly = ask(ALWAYS, window, by);
    assertThat(alone.scope().percentiles()).isEqualTo(VideoHealth.EXACT);
    assertThat(alone.figures().sessions()).isEqualTo(in(window).count());
    assertThat(bare(weekly)).isEqualTo(bare(alone));
    if (weekly.scope().percentiles().equals(VideoHealth.EXACT)) {
      assertThat(weekly).isEqualTo(alone);
      return;
    }
    Duration length = Duration.between(window.from(), window.to());
    Window before = new Window(window.from().minus(length), window.from());
    near(weekly.figures(), window, session -> true);
    near(weekly.previous().figures(), before, session -> true);
    if (weekly.breakdown() != null) {
      for (Group group : weekly.breakdown().groups()) {
        near(group.figures(), window, session -> Objects.equals(group.value(), value(session, by)));
      }
    }
  }

  private static String value(Session session, Optional<Dimension> by) {
    return switch (by.orElseThrow()) {
      case EXERCISE -> "".equals(session.media) ? null : session.media;
      case DEVICE -> session.device;
      case BROWSER, CONNECTION, RESOLUTION -> null;
      case HOUR -> session.at.truncatedTo(ChronoUnit.HOURS).toString().replace(":00Z", "Z");
      case DAY -> local(session).toLocalDate().toString();
      case WEEK ->
          "%d-W%02d"
              .formatted(
                  local(session).get(IsoFields.WEEK_BASED_YEAR),
                  local(session).get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    };
  }

  private static ZonedDateTime local(Session session) {
    return session.at.atZone(zone);
  }

  private static void near(Figures figures, Window window, Predicate<Session> of) {
    near(figures.startUpMs(), window, of, Session::load);
    near(figures.ttfbMs(), window, of, Session::ttfb);
  }

  private static void near(
      Percentiles percentiles,
      Window window,
      Predicate<Session> of,
      Function<Session, Long> latency) {
    long[] all =
        in(window).filter(of).map(latency).filter(Objects::nonNull).mapToLong(n -> n).toArray();
    Arrays.sort(all);
    assertThat(percentiles.n()).isEqualTo(all.length);
    Double[] actual = {percentiles.p50(), percentiles.p75(), percentiles.p95()};
    for (int i = 0; i < actual.length; i++) {
      if (all.length == 0) {
        assertThat(actual[i]).isNull();
      } else {
        long rank = all[Math.max(1, (int) Math.ceil(SHARES[i] * all.length)) - 1];
        double bounded = Math.min(rank, 300_000);
        assertThat(actual[i]).isCloseTo(bounded, within(0.06 * bounded));
      }
    }
  }

  /** Without percentiles, of which only the n must be the same. */
  private static VideoHealth bare(VideoHealth health) {
    Map<String, VideoHealth.Change> changes = new TreeMap<>(health.change());
    changes.keySet().removeIf(name -> name.endsWith("p75_ms"));
    Breakdown breakdown = health.breakdown();
    Breakdown bareBreakdown = null;
    if (breakdown != null) {
      List<Group> groups = new ArrayList<>();
      for (Group group : breakdown.groups()) {
        groups.add(
            new Group(
                group.value(),
                group.exercise(),
                group.exerciseName(),
                group.bucket(),
                bare(group.figures())));
      }
      bareBreakdown = new Breakdown(breakdown.by(), groups, breakdown.others());
    }
    Previous previous = health.previous();
    return new VideoHealth(
        new VideoHealth.Scope(
            health.scope().from(),
            health.scope().to(),
            health.scope().hours(),
            health.scope().timeZone(),
            health.scope().metricsVersion(),
            ""),
        bare(health.figures()),
        new Previous(previous.from(), previous.to(), previous.hours(), bare(previous.figures())),
        changes,
        bareBreakdown,
        health.topStallingExercises(),
        health.funnel(),
        health.completeness());
  }

  private static Figures bare(Figures figures) {
    return new Figures(
        figures.sessions(),
        figures.byStatus(),
        new Percentiles(figures.startUpMs().n(), null, null, null, figures.startUpMs().avg()),
        new Percentiles(figures.ttfbMs().n(), null, null, null, figures.ttfbMs().avg()),
        figures.rebuffering(),
        figures.completion(),
        figures.failures(),
        figures.trouble(),
        figures.gaps());
  }

  /** Of a window's sessions no row is looked at, and of other organisations no entry either. */
  @Example
  void theIndexAnswersAlone() {
    // The other tests have written, in any order: without this the planner prices heap visits.
    Eventually.until("every page is visible to all", VideoHealthQueryTest::isVacuumed);
    String statements =
        String.join(
            ";",
            VideoHealthSql.steps("connection_type", 1),
            VideoHealthSql.percentiles("browser", true));
    for (String statement : statements.split(";", -1)) {
      String plan =
          coreApi.inOrg(
              ORG,
              handle -> {
                // What is asked is whether the index suffices, not what a few rows cost.
                handle.execute("SET LOCAL enable_bitmapscan = off");
                handle.execute("SET LOCAL enable_seqscan = off");
                return String.join(
                    "\n",
                    handle
                        .createQuery("EXPLAIN (COSTS OFF) " + statement)
                        .bind("before", Columns.utc(Instant.parse("2026-04-02T00:00:00Z")))
                        .bind("from", Columns.utc(Instant.parse("2026-04-09T00:00:00Z")))
                        .bind("to", Columns.utc(Instant.parse("2026-04-16T00:00:00Z")))
                        .bind("start0", Columns.utc(Instant.parse("2026-04-02T00:00:00Z")))
                        .bind("end0", Columns.utc(Instant.parse("2026-04-16T00:00:00Z")))
                        .mapTo(String.class)
                        .list());
              });
      assertThat(plan)
          .as(statement)
          .contains("Index Only Scan")
          .containsPattern("Index Cond: \\(\\(org_id = .*current_setting.*started_at >=")
          .doesNotContain("Seq Scan", "Bitmap Heap Scan", "current_org(", "Index Scan");
    }
  }

  /** The longest words that a row can have fit into the index, whatever they are written in. */
  @Example
  void theWidestRowIsTaken() {
    String widest =
        """
        UPDATE media_session_metrics
           SET media_id = :long, device = reverse(:long), browser = :long,
               connection_type = left(:long, 64)
         WHERE session_id = (SELECT session_id FROM media_session_metrics
                              WHERE org_id <> :org LIMIT 1)
        """;
    StringBuilder rare = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      rare.append((char) (0x4e00 + i * 7919 % 20_000));
    }
    int updated =
        owner.withHandle(
            handle ->
                handle
                    .createUpdate(widest)
                    .bind("long", rare.toString())
                    .bind("org", ORG)
                    .execute());
    assertThat(updated).isEqualTo(1);
  }
}
