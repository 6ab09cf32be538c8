package dev.kinebeam.worker.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.pipelines.sessions.MeasuredRows;
import dev.kinebeam.pipelines.sessions.MetricsDatabase;
import dev.kinebeam.pipelines.sessions.Played;
import dev.kinebeam.pipelines.sessions.SessionTable;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.worker.upkeep.Upkeep.Partitions;
import dev.kinebeam.worker.upkeep.Upkeep.Reconciled;
import dev.kinebeam.worker.upkeep.Upkeep.Recordings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The recurring work on a real PostgreSQL, with no more rights than a scheduler's login has. */
@Tag("servers")
class UpkeepTest {
  private static final Retention RETENTION = new Retention(3, 13, 37, 30);

  private MetricsDatabase database;
  private DatabaseSession session;

  @TempDir Path folder;

  @BeforeEach
  void start() throws Exception {
    database = new MetricsDatabase();
    session = database.maintenance().session();
  }

  @AfterEach
  void stop() throws Exception {
    session.close();
    database.close();
  }

  private Upkeep upkeep(Instant now) {
    return new Upkeep(session, "the test", Clock.fixed(now, ZoneOffset.UTC), line -> {});
  }

  private Upkeep upkeep() {
    return upkeep(Instant.now());
  }

  private void write(Played played) throws SQLException {
    try (DatabaseSession writer = database.settings().session()) {
      MetricsDatabase.write(writer, new SessionTable(), List.of(MeasuredRows.session(played)));
    }
  }

  /** A session that began so many months before November 2026. */
  private static Played monthsAgo(long session, int months) {
    return Played.session(session).play(-months * 30.4 * 86_400, 5);
  }

  @Test
  void aReconciliationFindsNothingUnlessRowsWereChangedByHand() throws SQLException {
    write(Played.session(1).start(0));
    write(monthsAgo(2, 2));
    assertThat(upkeep().reconcile().corrected()).isEmpty();
    List<Map<String, String>> right =
        database.rows("SELECT * FROM media_session_weekly_agg ORDER BY 1, 2, 3");
    database.run(
        "UPDATE media_session_weekly_agg SET stalls = 7, sessions = 9 WHERE media_id = ''");
    database.run("DELETE FROM media_session_weekly_agg WHERE media_id <> ''");
    database.run(
        "INSERT INTO media_session_weekly_agg SELECT gen_random_uuid(), week, 'ghost', sessions,"
            + " asked_to_play, started_playing, playing, completed, abandoned, error,"
            + " played_to_the_end, fatal, start_failures, exits_before_start, sessions_with_error,"
            + " errors, stalls, stall_ms, watched_ms, ttfb_n, ttfb_sum_ms, load_n, load_sum_ms,"
            + " ttfb_counts, load_counts, version_counts FROM media_session_weekly_agg");

    Reconciled found = upkeep().reconcile();

    assertThat(found.corrected()).hasSize(3);
    assertThat(found.corrected())
        .filteredOn(m -> m.mediaId().equals("ghost"))
        .singleElement()
        .satisfies(m -> assertThat(m.counted()).isZero());
    assertThat(database.rows("SELECT * FROM media_session_weekly_agg ORDER BY 1, 2, 3"))
        .isEqualTo(right);
    assertThat(upkeep().reconcile().corrected()).isEmpty();
    assertThat(database.rows("SELECT 1 FROM audit_log WHERE action = 'weekly.mended'"))
        .isNotEmpty();
  }

  @Test
  void wholeMonthsPastRetentionGoAndTheirWeeksStay() throws SQLException {
    write(monthsAgo(1, 16));
    write(monthsAgo(2, 2));
    List<Map<String, String>> weeks =
        database.rows("SELECT * FROM media_session_weekly_agg ORDER BY week");
    Upkeep upkeep = upkeep(Instant.parse("2026-11-21T03:00:00Z"));

    Partitions done = upkeep.partitions(RETENTION);

    assertThat(done.keptFrom()).isEqualTo(YearMonth.of(2025, 10));
    assertThat(done.dropped())
        .contains(new Upkeep.Dropped("media_session_metrics_2025_07", 1))
        .allSatisfy(
            d ->
                assertThat(d.partition().substring(d.partition().length() - 7))
                    .isLessThan("2025_10"));
    assertThat(database.rows("SELECT 1 FROM media_session_metrics")).hasSize(1);
    assertThat(database.rows("SELECT to_regclass('media_session_metrics_2027_02') AS t"))
        .doesNotContain(Collections.singletonMap("t", null));
    assertThat(upkeep.reconcile().corrected()).isEmpty();
    assertThat(database.rows("SELECT * FROM media_session_weekly_agg ORDER BY week"))
        .isEqualTo(weeks);
    assertThat(database.rows("SELECT org_id, subject FROM audit_log"))
        .containsExactly(
            Map.of("org_id", Played.ORG.toString(), "subject", "media_session_metrics_2025_07"));
    assertThat(upkeep.partitions(RETENTION).dropped()).isEmpty();

    // What turns up late from a dropped month is not counted twice.
    write(monthsAgo(1, 16));
    assertThat(database.rows("SELECT * FROM media_session_weekly_agg ORDER BY week"))
        .isEqualTo(weeks);
    assertThat(upkeep.partitions(RETENTION).dropped()).isNotEmpty();
  }

  @Test
  void weeklyRowsGoAfterTheirOwnTime() throws SQLException {
    write(monthsAgo(1, 40));
    write(monthsAgo(2, 16));
    Upkeep upkeep = upkeep(Instant.parse("2026-11-21T03:00:00Z"));

    assertThat(upkeep.partitions(RETENTION).weeklyRowsDropped()).isEqualTo(1);
    assertThat(database.rows("SELECT 1 FROM media_session_weekly_agg")).hasSize(1);
  }

  /** Weeks that its dropped sessions were in stay, and other clinics' sessions too. */
  @Test
  void aClinicMayKeepItsSessionsForAShorterTime() throws SQLException {
    write(Played.session(1).start(0));
    write(monthsAgo(2, 3));
    write(monthsAgo(3, 6));
    database.run(
        """
        CREATE TEMP TABLE copied AS SELECT * FROM media_session_metrics;
        UPDATE copied SET session_id = gen_random_uuid(), org_id = gen_random_uuid();
        INSERT INTO media_session_metrics SELECT * FROM copied;
        INSERT INTO organizations (org_id, name, time_zone, retention_months)
          VALUES ('%s', 'Clinic', 'Europe/Bucharest', 1);
        """
            .formatted(Played.ORG));
    List<Map<String, String>> weeks =
        database.rows("SELECT * FROM media_session_weekly_agg ORDER BY 1, 2, 3");
    Upkeep upkeep = upkeep(Instant.parse("2026-11-21T03:00:00Z"));

    assertThat(upkeep.expired()).isEqualTo(new Upkeep.Expired(1, 2));

    String own = " WHERE org_id = '" + Played.ORG + "'";
    assertThat(database.rows("SELECT 1 FROM media_session_metrics" + own)).hasSize(1);
    assertThat(database.rows("SELECT 1 FROM media_session_metrics")).hasSize(4);
    assertThat(database.rows("SELECT sessions_kept_from AS kept FROM organizations" + own))
        .extracting(row -> Instant.parse(row.get("kept").replace(' ', 'T') + ":00"))
        .containsExactly(Instant.parse("2026-09-30T21:00:00Z"));
    assertThat(database.rows("SELECT * FROM media_session_weekly_agg ORDER BY 1, 2, 3"))
        .isEqualTo(weeks);
    assertThat(upkeep.reconcile().corrected()).isEmpty();
    assertThat(upkeep.expired()).isEqualTo(new Upkeep.Expired(0, 0));
    assertThat(database.rows("SELECT details FROM audit_log WHERE action = 'retention.expired'"))
        .hasSize(2);

    // What a backfill brings back is not counted again, and is deleted the next night.
    write(monthsAgo(3, 6));
    assertThat(database.rows("SELECT * FROM media_session_weekly_agg ORDER BY 1, 2, 3"))
        .isEqualTo(weeks);
    assertThat(upkeep.expired().rows()).isEqualTo(1);
  }

  @Test
  void theMostThatAClinicMayKeepIsWhatThePlatformKeeps() throws SQLException {
    upkeep(Instant.parse("2026-11-21T03:00:00Z")).partitions(new Retention(3, 6, 37, 30));
    String entered =
        "SELECT enter_organization(gen_random_uuid(), 'A', 'me', 'UTC', 'en', %d) AS result";
    assertThat(database.rows(entered.formatted(6))).containsExactly(Map.of("result", "added"));
    assertThat(database.rows(entered.formatted(7)))
        .containsExactly(Map.of("result", "retention 6"));
  }

  @Test
  void retentionHasALeast() {
    assertThatThrownBy(() -> new Retention(3, 2, 37, 30)).hasMessageContaining("--keep-months");
    assertThatThrownBy(() -> new Retention(3, 13, 12, 30))
        .hasMessageContaining("--keep-weekly-months");
    assertThatThrownBy(() -> new Retention(0, 13, 37, 30)).hasMessageContaining("--ahead");
    assertThatThrownBy(() -> new Retention(3, 13, 37, 1))
        .hasMessageContaining("--keep-change-days");
  }

  @Test
  void changesAreDeletedWhenTheyAreOldAndPublished() throws SQLException {
    for (int i = 0; i < 6; i++) {
      database.run(
          "INSERT INTO automations (automation_id, org_id, rule, subject, title, opened_at,"
              + " evidence) VALUES (gen_random_uuid(), gen_random_uuid(), 'cdn_issue', '', 't',"
              + " now(), '{}')");
    }
    database.run("UPDATE automation_changes SET at = now() - interval '40 days'");
    database.run("UPDATE automation_changes SET at = now() WHERE change_id = 5");
    Upkeep upkeep = upkeep();

    assertThat(upkeep.changes(RETENTION)).as("nothing is published").isZero();
    publishUpTo(2);
    assertThat(upkeep.changes(RETENTION)).isEqualTo(2);
    assertThat(changes()).containsExactly("3", "4", "5", "6");
    publishUpTo(6);
    assertThat(upkeep.changes(RETENTION)).as("up to the first that is young").isEqualTo(2);
    assertThat(changes()).containsExactly("5", "6");
    database.run("UPDATE automation_changes SET at = now() - interval '31 days'");
    assertThat(upkeep.changes(RETENTION)).as("the newest stays").isEqualTo(1);
    assertThat(changes()).containsExactly("6");
    assertThat(database.rows("SELECT newest_removed_automation_change() AS n"))
        .containsExactly(Map.of("n", "5"));
    assertThat(
            database.rows(
                "SELECT 1 FROM audit_log WHERE action = 'retention.changes_dropped'"
                    + " AND details = '{\"rows\": 1}'"))
        .hasSize(5);
  }

  private void publishUpTo(long change) throws SQLException {
    database.run("SET ROLE kinebeam_gateway; SELECT note_told_automation_changes(" + change + ")");
  }

  private List<String> changes() throws SQLException {
    return database.rows("SELECT change_id FROM automation_changes ORDER BY change_id").stream()
        .map(row -> row.get("change_id"))
        .toList();
  }

  @Test
  void theDatabaseKeepsADayOfChangesWhateverItIsAsked() {
    assertThatThrownBy(
            () ->
                session.commit(
                    handle ->
                        handle.execute("SELECT drop_told_automation_changes(now(), 'the test')")))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("kept for a day at least");
  }

  @Test
  void recordingsOfSessionsThatAreNoMoreGo() throws Exception {
    Played kept = Played.session(1).start(0);
    write(kept);
    String of = "recordings/" + Played.ORG + "/";
    try (ArchiveStore store = ArchiveStore.folder(folder)) {
      store.put(of + kept.sessionId() + ".json", new byte[] {1});
      store.put(of + UUID.randomUUID() + ".json", new byte[] {1});

      assertThat(upkeep().recordings(store)).isEqualTo(new Recordings(1, 1));
      assertThat(store.list("recordings/")).hasSize(1);
    }
  }

  @Test
  void whatAnOlderWriterBroughtBackIsDeletedAgain() throws Exception {
    write(Played.session(1).start(0));
    database.run(
        "INSERT INTO erased_patients VALUES ('%s', '%s', '2026-11-25Z', '2026-11-25Z')"
            .formatted(Played.ORG, Played.PATIENT));
    try (ArchiveStore store = ArchiveStore.folder(folder)) {
      Upkeep upkeep = upkeep(Instant.parse("2026-11-26T03:00:00Z"));
      assertThat(upkeep.erasures(store, Duration.ofDays(9)).rows()).isEqualTo(1);
      assertThat(upkeep.erasures(store, Duration.ofDays(9)).rows()).isZero();
    }
    assertThat(database.rows("SELECT 1 FROM media_session_weekly_agg")).isEmpty();
  }

  @Test
  void anErasedPatientLeavesTheAuditEntriesThatCameLate() throws Exception {
    database.run(
        "INSERT INTO erased_patients VALUES ('%s', '%s', '2026-11-25Z', '2026-11-25Z')"
            .formatted(Played.ORG, Played.PATIENT));
    database.run(
        """
        INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
        VALUES (gen_random_uuid(), '%s', 'telemetry', 'session.take_over_refused', 's',
                '{"side": "claimant", "patient_id": "%s"}')
        """
            .formatted(Played.ORG, Played.PATIENT));
    try (ArchiveStore store = ArchiveStore.folder(folder)) {
      Upkeep upkeep = upkeep(Instant.parse("2026-11-26T03:00:00Z"));
      assertThat(upkeep.erasures(store, Duration.ofDays(9)).rows()).isEqualTo(1);
      assertThat(upkeep.erasures(store, Duration.ofDays(9)).rows()).isZero();
    }
    assertThat(database.rows("SELECT details->>'patient_id' AS who FROM audit_log"))
        .containsExactly(Map.of("who", "erased"));
  }

  /** More than the planner reads one by one, beside relations whose names are not months. */
  @Test
  void manyPartitionsAndRelationsOfOtherNamesDoNotStopIt() throws Exception {
    database.run("SELECT ensure_media_partitions('2026-11-15Z', 40, 6)");
    for (String stray : List.of("t_16", "x_2025_99", "notes_20_2025")) {
      database.run("CREATE TABLE " + stray + " (id int PRIMARY KEY)");
    }
    database.run(
        "CREATE TABLE media_session_metrics_rest PARTITION OF media_session_metrics DEFAULT");
    database.run("ANALYZE");
    write(monthsAgo(1, 2));
    Upkeep upkeep = upkeep(Instant.parse("2026-11-21T03:00:00Z"));

    Partitions done = upkeep.partitions(RETENTION);

    assertThat(done.dropped()).hasSize(3 * 27).allMatch(d -> d.partition().startsWith("media_"));
    assertThat(upkeep.reconcile().corrected()).isEmpty();
    assertThat(upkeep.reconcile().weeks()).isPositive();
    assertThat(
            database.rows(
                "SELECT 1 FROM pg_class WHERE relname IN ('t_16', 'media_session_metrics_rest')"))
        .hasSize(2);
  }

  @Test
  void aTaskThatFailsDoesNotStopTheOthers() throws Exception {
    database.run(
        "CREATE OR REPLACE FUNCTION drop_weekly_rows(boundary date, by_whom text) RETURNS bigint"
            + " LANGUAGE sql AS 'SELECT 1 / (random() * 0)::bigint'");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(new MaintainMain())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    assertThat(
            command.execute(
                "partitions",
                "changes",
                "--database-url",
                database.maintenance().url(),
                "--database-user",
                "maintenance"))
        .isEqualTo(1);
    assertThat(out.toString()).contains("changes: 0").doesNotContain("partitions:");
    assertThat(err.toString()).contains("maintain: the task partitions failed", "division by zero");
  }

  @Test
  void theCommandReportsWhatItDid() {
    StringWriter out = new StringWriter();
    CommandLine command =
        new CommandLine(new MaintainMain())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(new StringWriter()));
    String url = database.maintenance().url();
    assertThat(
            command.execute(
                "partitions", "reconcile", "--database-url", url, "--database-user", "maintenance"))
        .isZero();
    assertThat(out.toString()).contains("partitions: kept from", "0 rows corrected");
    out.getBuffer().setLength(0);
    assertThat(
            command.execute(
                "--no-archive", "--json", "--database-url", url, "--database-user", "maintenance"))
        .isZero();
    assertThat(out.toString()).contains("\"weekly_rows_mended\":0");
    assertThat(command.execute("polish")).isEqualTo(2);
    assertThat(command.execute("reconcile", "--keep-months", "2")).isEqualTo(2);
    assertThat(command.execute("erasures", "--no-archive")).isEqualTo(2);
  }
}
