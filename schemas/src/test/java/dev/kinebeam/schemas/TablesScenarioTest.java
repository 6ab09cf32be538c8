package dev.kinebeam.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tables on a real PostgreSQL: what each role may see and do. */
@Tag("servers")
class TablesScenarioTest {
  private static final UUID ORG_A = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");
  private static final UUID ORG_B = UUID.fromString("bbbbbbbb-0000-4000-8000-000000000002");

  private static TestPostgres postgres;

  @BeforeAll
  static void start() throws SQLException {
    postgres = TestPostgres.migrated();
    try (Connection c = postgres.owner().getConnection();
        Statement s = c.createStatement()) {
      s.execute("SET ROLE kinebeam_pipeline");
      for (UUID org : new UUID[] {ORG_A, ORG_B}) {
        s.execute(session(UUID.randomUUID(), org, "now()"));
      }
    }
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static String session(UUID id, UUID org, String startedAt) {
    return """
    INSERT INTO media_session_metrics (session_id, org_id, patient_id, started_at,
      last_event_at, status, started_playing, watched_duration_seconds, completion_percent,
      max_position_seconds, plays, pauses, seeks, milestone_percent, heartbeats,
      buffering_count, total_buffering_duration_ms, stall_count, stall_duration_ms,
      bitrate_switches, resolution_switches, dropped_frames, total_frames, error_count,
      error_types, fatal_error, events_seen, events_missing, counters_disagree,
      metrics_version)
    VALUES ('%s', '%s', gen_random_uuid(), %s, now(), 'playing', true, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', false, 1, 0, false, 1)\
    """
        .formatted(id, org, startedAt);
  }

  private static long countAs(String role, UUID org, String table) throws SQLException {
    try (Connection c = postgres.owner().getConnection();
        Statement s = c.createStatement()) {
      c.setAutoCommit(false);
      s.execute("SET LOCAL ROLE " + role);
      if (org != null) {
        s.execute("SELECT set_config('kinebeam.org_id', '" + org + "', true)");
      }
      try (ResultSet r = s.executeQuery("SELECT count(*) FROM " + table)) {
        r.next();
        return r.getLong(1);
      } finally {
        c.rollback();
      }
    }
  }

  private static void runAs(String role, String sql) throws SQLException {
    try (Connection c = postgres.owner().getConnection();
        Statement s = c.createStatement()) {
      s.execute("SET ROLE " + role);
      s.execute(sql);
    }
  }

  @Test
  void aReaderSeesItsOwnOrganisationAndWithoutOneNothing() throws SQLException {
    assertThat(countAs("kinebeam_gateway", ORG_A, "media_session_metrics")).isEqualTo(1);
    assertThat(countAs("kinebeam_gateway", UUID.randomUUID(), "media_session_metrics")).isZero();
    assertThat(countAs("kinebeam_gateway", null, "media_session_metrics")).isZero();
  }

  @Test
  void aPartitionCannotBeReadAroundThePolicy() throws SQLException {
    String partition;
    try (Connection c = postgres.owner().getConnection();
        Statement s = c.createStatement();
        ResultSet r =
            s.executeQuery(
                "SELECT to_char(now() AT TIME ZONE 'UTC', '\"media_session_metrics_\"YYYY_MM')")) {
      r.next();
      partition = r.getString(1);
    }
    assertThatThrownBy(() -> countAs("kinebeam_gateway", ORG_A, partition))
        .hasMessageContaining("permission denied");
  }

  @Test
  void onlyThePipelineWrites() {
    String insert = session(UUID.randomUUID(), ORG_A, "now()");
    assertThatThrownBy(() -> runAs("kinebeam_gateway", insert))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> runAs("kinebeam_render", insert))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> runAs("kinebeam_pipeline", "DELETE FROM media_session_metrics"))
        .hasMessageContaining("permission denied");
  }

  @Test
  void thePipelineMakesRoomForAnUnusualMonth() throws SQLException {
    String insert = session(UUID.randomUUID(), UUID.randomUUID(), "'2031-12-31 23:59:59Z'");
    assertThatThrownBy(() -> runAs("kinebeam_pipeline", insert))
        .hasMessageContaining("no partition");
    runAs(
        "kinebeam_pipeline",
        "SET TIME ZONE 'America/New_York';"
            + " SELECT ensure_media_partitions('2031-12-31 23:59:59Z', 0, 1)");
    runAs("kinebeam_pipeline", insert);
    runAs(
        "kinebeam_pipeline",
        session(UUID.randomUUID(), UUID.randomUUID(), "'2032-01-01 00:00:00Z'"));
    assertThatThrownBy(
            () -> runAs("kinebeam_gateway", "SELECT ensure_media_partitions(now(), 0, 0)"))
        .hasMessageContaining("permission denied");
  }

  @Test
  void theWeeklyCountsAreReadByTheirOwnOrganisationAndWrittenByNoRole() throws SQLException {
    String table = "media_session_weekly_agg";
    assertThat(countAs("kinebeam_gateway", ORG_A, table)).isEqualTo(1);
    assertThat(countAs("kinebeam_gateway", UUID.randomUUID(), table)).isZero();
    assertThat(countAs("kinebeam_gateway", null, table)).isZero();
    for (String role : new String[] {"kinebeam_gateway", "kinebeam_pipeline", "kinebeam_render"}) {
      for (String sql :
          new String[] {
            "UPDATE " + table + " SET sessions = 0",
            "DELETE FROM " + table,
            "SELECT reconcile_media_week('2026-11-16', 'x')",
            "SELECT erase_patient(gen_random_uuid(), gen_random_uuid(), 'x', true)",
            "SELECT drop_media_partitions('2020-01-01Z', 'x')"
          }) {
        assertThatThrownBy(() -> runAs(role, sql))
            .as("%s: %s", role, sql)
            .hasMessageContaining("permission denied");
      }
    }
    assertThatThrownBy(() -> countAs("kinebeam_pipeline", null, table))
        .hasMessageContaining("permission denied");
  }

  @Test
  void theRoleForUpkeepReadsNoTable() {
    for (String table :
        new String[] {
          "media_session_metrics",
          "media_waits",
          "media_session_errors",
          "media_session_weekly_agg",
          "consents",
          "people",
          "audit_log",
          "erased_patients",
          "media_session_changes"
        }) {
      assertThatThrownBy(() -> countAs("kinebeam_maintenance", ORG_A, table))
          .as(table)
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void theRoleThatEntersPeopleReadsNoTable() {
    for (String table : new String[] {"organizations", "people", "consents", "audit_log"}) {
      assertThatThrownBy(() -> countAs("kinebeam_registry", ORG_A, table))
          .as(table)
          .hasMessageContaining("permission denied");
    }
    for (String call :
        new String[] {
          "enter_organization(gen_random_uuid(), 'a', 'me')",
          "enter_person(gen_random_uuid(), gen_random_uuid(), 'patient', 'a', 'me')",
          "set_consent(gen_random_uuid(), gen_random_uuid(), 'analytics', true, 'me')"
        }) {
      assertThatThrownBy(() -> runAs("kinebeam_gateway", "SELECT " + call))
          .as(call)
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void theCoreApiSeesRowsOfOneOrganization() throws SQLException {
    assertThat(countAs("kinebeam_core_api", ORG_A, "media_session_metrics")).isEqualTo(1);
    assertThat(countAs("kinebeam_core_api", UUID.randomUUID(), "media_session_metrics")).isZero();
    assertThat(countAs("kinebeam_core_api", null, "media_session_metrics")).isZero();
  }

  @Test
  void theCoreApiHasNoneOfTheGatewaysRights() throws SQLException {
    for (String statement :
        new String[] {
          "UPDATE exercise_renders SET render_id = render_id",
          "INSERT INTO exercise_renders DEFAULT VALUES",
          "UPDATE organizations SET name = name",
          "INSERT INTO people DEFAULT VALUES",
          "UPDATE consents SET active = true",
          "DELETE FROM care_links",
          "UPDATE organization_features SET enabled = true",
          "DELETE FROM audit_log",
          "SELECT FROM erased_patients",
        }) {
      assertThatThrownBy(() -> runAs("kinebeam_core_api", statement))
          .as(statement)
          .hasMessageContaining("permission denied");
    }
    for (String right : new String[] {"USAGE", "SET"}) {
      String others = "pg_roles WHERE pg_has_role('kinebeam_core_api', oid, '" + right + "')";
      assertThat(countAs("kinebeam_core_api", null, others)).as("its own alone").isEqualTo(1);
    }
  }

  /** It may enter people, for the organization that its transaction speaks for and for no other. */
  @Test
  void theCoreApiEntersPeopleOfOneOrganization() throws SQLException {
    try (Connection c = postgres.as("core_api").getConnection();
        Statement s = c.createStatement()) {
      c.setAutoCommit(false);
      s.execute("SELECT set_config('kinebeam.org_id', '" + ORG_A + "', true)");
      s.execute("SELECT enter_organization('" + ORG_A + "', 'A', 'me')");
      for (String call :
          new String[] {
            "enter_organization('%s', 'B', 'me')",
            "enter_person('%s', gen_random_uuid(), 'patient', 'P', 'me')",
            "set_consent('%s', gen_random_uuid(), 'analytics', true, 'me')",
            "set_care_link('%s', gen_random_uuid(), gen_random_uuid(), true, 'me')",
            "set_feature('%s', 'allActivePatientsDashboard', true, 'me')",
            "export_patient('%s', gen_random_uuid(), 'me')"
          }) {
        Savepoint before = c.setSavepoint();
        assertThatThrownBy(() -> s.execute("SELECT " + call.formatted(ORG_B)))
            .as(call)
            .hasMessageContaining("does not speak for the organization " + ORG_B);
        c.rollback(before);
      }
      c.rollback();
    }
  }

  @Test
  void aZoneThatIsRefusedHoldsUpNoWriterOfSessions() throws SQLException {
    try (Connection c = postgres.owner().getConnection();
        Statement s = c.createStatement()) {
      c.setAutoCommit(false);
      try (ResultSet r =
          s.executeQuery(
              "SELECT enter_organization(gen_random_uuid(), 'A', 'me', 'Mars/Olympus')")) {
        r.next();
        assertThat(r.getString(1)).isEqualTo("no_time_zone");
      }
      try (ResultSet r =
          s.executeQuery(
              "SELECT count(*) FROM pg_locks"
                  + " WHERE locktype = 'advisory' AND pid = pg_backend_pid()")) {
        r.next();
        assertThat(r.getInt(1)).isZero();
      }
      c.rollback();
    }
  }

  /** A transaction that began before the link did, and waited for it. */
  @Test
  void aLinkIsEndedByWhoeverBeganEarlier() throws SQLException {
    UUID org = UUID.randomUUID();
    UUID patient = UUID.randomUUID();
    try (Connection c = postgres.owner().getConnection();
        Statement s = c.createStatement()) {
      c.setAutoCommit(false);
      s.execute(
          """
          INSERT INTO organizations (org_id, name) VALUES ('%1$s', 'A');
          INSERT INTO people (org_id, person_id, role, display_name)
          VALUES ('%1$s', '%2$s', 'patient', 'P'), ('%1$s', '%1$s', 'specialist', 'S');
          INSERT INTO care_links (org_id, patient_id, specialist_id, started_at)
          VALUES ('%1$s', '%2$s', '%1$s', now() + interval '1 second')
          """
              .formatted(org, patient));
      try (ResultSet r =
          s.executeQuery(
              "SELECT set_care_link('%1$s', '%2$s', '%1$s', false, 'me')"
                  .formatted(org, patient))) {
        r.next();
        assertThat(r.getString(1)).isEqualTo("changed");
      }
      c.rollback();
    }
  }

  /** The organization that a caller names gives no access to the exercises that it owns. */
  @Test
  void aRenderOfAnotherOrganizationsExerciseIsNotOrdered() throws SQLException {
    runAs(
        "postgres",
        """
        INSERT INTO organizations (org_id, name) VALUES ('%1$s', 'A') ON CONFLICT DO NOTHING;
        INSERT INTO exercises (slug, kind, display_name, org_id)
        VALUES ('own-of-a', 'reps_based', 'Own', '%1$s')
        """
            .formatted(ORG_A));
    for (UUID speaksFor : new UUID[] {ORG_B, ORG_A}) {
      try (Connection c = postgres.as("core_api").getConnection();
          Statement s = c.createStatement()) {
        c.setAutoCommit(false);
        s.execute("SELECT set_config('kinebeam.org_id', '" + speaksFor + "', true)");
        try (ResultSet r =
            s.executeQuery(
                "SELECT request_render(gen_random_uuid(), 'own-of-a', 'h', 'ro', 1, '{}',"
                    + " 'interactive', '"
                    + ORG_A
                    + "')")) {
          r.next();
          assertThat(r.getString(1))
              .isEqualTo(speaksFor.equals(ORG_A) ? "queued" : "unknown_exercise");
        }
        c.rollback();
      }
    }
  }

  @Test
  void aTimeZoneIsOneOfTheIanaDatabase() {
    for (String zone : new String[] {"EST", "Mars/Olympus", "+03", "posix/Europe/Paris", ""}) {
      assertThatThrownBy(
              () ->
                  runAs(
                      "postgres",
                      "INSERT INTO organizations (org_id, name, time_zone)"
                          + " VALUES (gen_random_uuid(), 'A', '"
                          + zone
                          + "')"))
          .as(zone)
          .hasMessageContaining("name of the IANA database");
    }
  }

  @Test
  void whoWasErasedIsKnownToTheWriterAndNotToReaders() throws SQLException {
    runAs(
        "kinebeam_maintenance",
        "SELECT erase_patient('" + UUID.randomUUID() + "', gen_random_uuid(), 'me', false)");
    assertThat(countAs("kinebeam_pipeline", null, "erased_patients")).isEqualTo(1);
    assertThatThrownBy(() -> countAs("kinebeam_gateway", ORG_A, "erased_patients"))
        .hasMessageContaining("permission denied");
  }

  @Test
  void theLastThreeMonthsAreNeverDropped() {
    assertThatThrownBy(
            () ->
                runAs(
                    "kinebeam_maintenance",
                    "SELECT drop_media_partitions(date_trunc('month', now() AT TIME ZONE 'UTC')"
                        + " AT TIME ZONE 'UTC' - interval '2 months', 'me')"))
        .hasMessageContaining("at least three whole months are kept");
    assertThatThrownBy(
            () ->
                runAs("kinebeam_maintenance", "SELECT drop_media_partitions('2020-01-02Z', 'me')"))
        .hasMessageContaining("whole months");
  }

  /** The functions that run with the owner's rights must work for an owner whom FORCE binds. */
  @Test
  void theOwnerNeedNotBeASuperuser() throws SQLException {
    runAs("postgres", "CREATE ROLE landlord LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE");
    TestPostgres clinic = TestPostgres.empty();
    clinic.run("ALTER DATABASE " + clinic.name() + " OWNER TO landlord");
    Flyway.configure().dataSource(clinic.as("landlord")).load().migrate();
    runAs("postgres", "CREATE ROLE writer LOGIN IN ROLE kinebeam_pipeline");
    runAs("postgres", "CREATE ROLE keeper LOGIN IN ROLE kinebeam_maintenance, kinebeam_registry");
    try (Connection c = clinic.as("writer").getConnection();
        Statement s = c.createStatement()) {
      s.execute(session(UUID.randomUUID(), ORG_A, "now()"));
    }
    try (Connection c = clinic.as("keeper").getConnection();
        Statement s = c.createStatement()) {
      try (ResultSet r =
          s.executeQuery("SELECT w, reconcile_media_week(w, 'me') FROM media_weeks() AS w")) {
        assertThat(r.next()).as("differences").isFalse();
      }
      s.execute("SELECT enter_organization('" + ORG_A + "', 'A', 'me')");
      s.execute("SELECT enter_person('" + ORG_A + "', '" + ORG_B + "', 'patient', 'P', 'me')");
      s.execute("SELECT set_consent('" + ORG_A + "', '" + ORG_B + "', 'analytics', true, 'me')");
      s.execute("SELECT enter_person('" + ORG_A + "', '" + ORG_A + "', 'specialist', 'S', 'me')");
      s.execute(
          "SELECT set_care_link('" + ORG_A + "', '" + ORG_B + "', '" + ORG_A + "', true, 'me')");
      s.execute("SELECT set_feature('" + ORG_A + "', 'allActivePatientsDashboard', true, 'me')");
      s.execute("SELECT enter_organization('" + ORG_A + "', 'A', 'me', 'Asia/Tokyo', 'ja', 2)");
      s.execute("SELECT drop_expired_rows(now(), 'me')");
      try (ResultSet r =
          s.executeQuery(
              "SELECT count(DISTINCT relation) FROM export_patient('"
                  + ORG_A
                  + "', '"
                  + ORG_B
                  + "', 'me')")) {
        r.next();
        assertThat(r.getInt(1)).as("with its audit entries").isEqualTo(5);
      }
      s.execute("SELECT erase_patient('" + ORG_A + "', '" + ORG_B + "', 'me', false)");
    }
    try (Connection c = clinic.owner().getConnection();
        Statement s = c.createStatement();
        ResultSet r = s.executeQuery("SELECT sessions FROM media_session_weekly_agg")) {
      assertThat(r.next()).isTrue();
      assertThat(r.getLong(1)).isEqualTo(1);
    }
  }

  @Test
  void noRoleOfOursMayGoAroundThePolicies() throws SQLException {
    try (Connection c = postgres.owner().getConnection();
        Statement s = c.createStatement();
        ResultSet r =
            s.executeQuery(
                "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'kinebeam%'"
                    + " AND (rolbypassrls OR rolsuper OR rolcanlogin)")) {
      r.next();
      assertThat(r.getLong(1)).isZero();
    }
  }

  @Test
  void exercisesAndRendersAreForAllOrAnOrganizationsOwn() throws SQLException {
    runAs(
        "postgres",
        """
        INSERT INTO organizations (org_id, name) VALUES ('%1$s', 'A') ON CONFLICT DO NOTHING;
        INSERT INTO exercises (exercise_id, slug, kind, display_name, org_id)
        SELECT md5(slug)::uuid, slug, 'reps_based', slug, org_id
          FROM (VALUES ('for-all', NULL), ('own', '%1$s'::uuid)) AS e (slug, org_id);
        INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language, asset_version, recipe)
        SELECT gen_random_uuid(), exercise_id, slug, 'ro', 1, '{}' FROM exercises
         WHERE slug IN ('for-all', 'own')
        """
            .formatted(ORG_A));
    for (String table :
        new String[] {
          "exercises WHERE slug IN ('for-all', 'own')",
          "exercise_renders WHERE recipe_hash IN ('for-all', 'own')"
        }) {
      for (String role : new String[] {"kinebeam_gateway", "kinebeam_core_api"}) {
        assertThat(countAs(role, ORG_A, table)).as("%s: %s", role, table).isEqualTo(2);
        assertThat(countAs(role, ORG_B, table)).as("%s: %s", role, table).isEqualTo(1);
        assertThat(countAs(role, null, table)).as("%s: %s", role, table).isEqualTo(1);
      }
      assertThat(countAs("kinebeam_admin", null, table)).as(table).isEqualTo(2);
    }
    assertThatThrownBy(
            () ->
                runAs(
                    "kinebeam_core_api",
                    "INSERT INTO exercises (slug, kind, display_name) VALUES ('b', 'reps_based',"
                        + " 'B')"))
        .hasMessageContaining("row-level security");
    runAs("kinebeam_core_api", "UPDATE exercises SET display_name = 'x' WHERE slug = 'for-all'");
    assertThat(countAs("postgres", null, "exercises WHERE display_name = 'x'")).isZero();
    assertThatThrownBy(
            () ->
                runAs(
                    "kinebeam_core_api", "UPDATE exercises SET slug = 'other' WHERE slug = 'own'"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(
            () -> runAs("kinebeam_core_api", "UPDATE exercise_renders SET status = 'failed'"))
        .hasMessageContaining("permission denied");
    runAs("kinebeam_gateway", "UPDATE exercise_renders SET error = 'changed'");
    assertThat(
            countAs(
                "postgres",
                null,
                "exercise_renders WHERE error = 'changed' AND org_id IS NOT NULL"))
        .isZero();
    assertThatThrownBy(
            () ->
                runAs(
                    "kinebeam_gateway",
                    "INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language,"
                        + " asset_version, recipe) VALUES (gen_random_uuid(), md5('own')::uuid,"
                        + " 'theirs', 'ro', 1, '{}')"))
        .hasMessageContaining("row-level security");
  }

  @Test
  void anExerciseHasTheMediaIdThatItsIdMakes() throws SQLException {
    runAs(
        "postgres",
        "INSERT INTO exercises (exercise_id, slug, kind, display_name)"
            + " VALUES ('6f9619ff-8b86-4d11-b42d-00cf4fc964ff', 'media', 'reps_based', 'M')");
    assertThat(
            countAs(
                "postgres",
                null,
                "exercises WHERE slug = 'media' AND media_id = '21c4bc43c739dae7dd93976230690101'"))
        .isEqualTo(1);
  }

  @Test
  void aReadyRenderNamesItsVideo() throws SQLException {
    assertThatThrownBy(
            () ->
                runAs(
                    "postgres",
                    "WITH e AS (INSERT INTO exercises (slug, kind, display_name)"
                        + " VALUES ('a-b', 'reps_based', 'A') RETURNING exercise_id)"
                        + " INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash,"
                        + " language, asset_version, recipe, status)"
                        + " SELECT gen_random_uuid(), exercise_id, 'h', 'ro', 1, '{}', 'ready'"
                        + " FROM e"))
        .hasMessageContaining("check constraint");
  }
}
