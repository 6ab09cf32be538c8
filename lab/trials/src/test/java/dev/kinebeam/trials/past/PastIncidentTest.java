package dev.kinebeam.trials.past;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.testkit.TestPostgres;
import dev.kinebeam.trials.accounting.Accounting;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.patients.Clinics;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class PastIncidentTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:25Z");
  private static final String MEDIA_ID = DemoDatabase.mediaId(DemoDatabase.FAILING_EXERCISE);
  private static final PastVideo VIDEO =
      PastVideo.whole(DemoDatabase.FAILING_EXERCISE, MEDIA_ID, 60);

  private static TestPostgres postgres;
  private static int opened;

  @BeforeAll
  static void write() throws Exception {
    postgres = TestPostgres.migrated();
    new DemoDatabase(
            new Endpoints.Database(
                postgres.url("postgres"), new Endpoints.Login("postgres", ""), Map.of()))
        .people(PastSessions.people());
    opened = PastIncident.before(NOW, VIDEO).write(pipeline(), postgres.owner());
  }

  @AfterAll
  static void close() {
    postgres.close();
  }

  private static DatabaseSettings pipeline() {
    return new DatabaseSettings(postgres.url("pipeline"), "pipeline", "");
  }

  @Test
  void everyInboxHasItOpenWithWhatTheRuleSaw() throws Exception {
    assertThat(opened).isEqualTo(Clinics.ALL.size());
    assertThat(new Accounting(postgres.owner()).openAutomations("content_quality", MEDIA_ID))
        .isEqualTo(Clinics.ALL.size());
    // The fifth of the failed sessions is the first that suffices.
    assertThat(
            postgres.rows(
                "SELECT DISTINCT state, opened_at::text AS at, evidence ->> 'n' AS n,"
                    + " evidence ->> 'affected' AS affected FROM automations"))
        .containsExactly(
            Map.of("state", "open", "at", "2026-11-30 08:42:00+00", "n", "5", "affected", "5"));
  }

  @Test
  void itsSessionsAreThereAndOlderThanWhatIsPlayedNow() {
    assertThat(
            postgres.rows(
                "SELECT count(*)::text AS n, max(last_event_at) < timestamptz '"
                    + NOW
                    + "' - interval '30 minutes' AS old FROM media_session_metrics"
                    + " WHERE error_count > 0 AND media_id = '"
                    + MEDIA_ID
                    + "'"))
        .containsExactly(Map.of("n", String.valueOf(6 * Clinics.ALL.size()), "old", "t"));
  }

  @Test
  void whereItIsReportedItIsNotWrittenAgain() throws Exception {
    assertThat(
            PastIncident.before(NOW.plusSeconds(3_600), VIDEO).write(pipeline(), postgres.owner()))
        .isZero();
  }
}
