package dev.kinebeam.trials.drill;

import dev.kinebeam.beam.direct.DirectPipelines;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.writer.ArchiveSettings;
import dev.kinebeam.eventarchive.writer.Archiver;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.pipelines.backfill.ArchiveLocation;
import dev.kinebeam.pipelines.backfill.Backfill;
import dev.kinebeam.pipelines.backfill.BackfillReport;
import dev.kinebeam.pipelines.backfill.BackfillSettings;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.ProgramRole;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * The database is lost with its disk while patients play, and restored from a base backup; the
 * archive of events brings the sessions of the time in between.
 */
final class DatabaseLoss {
  /** They are made by people and exist in the database only. */
  private static final Duration SILENCE_MARGIN = Duration.ofSeconds(10);

  private static final List<String> ONLY_HERE =
      List.of(
          "organizations",
          "people",
          "care_links",
          "organization_features",
          "consents",
          "consent_changes",
          "exercises",
          "automations",
          "automation_changes",
          "audit_log");

  /** Sessions that end between the backup and the loss. */
  private static final int SESSIONS_BETWEEN = 5;

  /** A session that was running at the backup began earlier. */
  private static final Duration LONGEST_SESSION = Duration.ofMinutes(15);

  private static final Duration FLUSH = Duration.ofSeconds(5);
  private static final long FLUSH_BYTES = 8L << 20;
  private static final Duration ARCHIVED_WITHIN = Duration.ofMinutes(2);
  private static final int THREADS = 2;

  private final LocalStack stack;
  private final DataSource owner;
  private final SilenceTimeouts silence;
  private final Consumer<String> progress;

  /**
   * @param silence as the telemetry job has it
   */
  DatabaseLoss(
      LocalStack stack, DataSource owner, SilenceTimeouts silence, Consumer<String> progress) {
    this.stack = stack;
    this.owner = owner;
    this.silence = silence;
    this.progress = progress;
  }

  /**
   * What it cost.
   *
   * @param lostSeconds from the backup to the loss: what was written meanwhile and is in no event
   *     is lost
   * @param databaseSeconds from the loss until the database answered again
   * @param rowsSeconds from the loss until the archive's sessions were in it
   * @param sessionsMissing ended sessions that the backup did not have and the archive brought
   * @param rowsGone rows of people, consents, automations and audit that the backup had and the
   *     restored database has not
   */
  record Report(
      double lostSeconds,
      double databaseSeconds,
      double rowsSeconds,
      long sessionsMissing,
      long rowsGone) {}

  Report run() throws Exception {
    Maintenance.run(stack.endpoints());
    openAutomation();
    try (ArchiveStore store = ArchiveStore.fromEnvironment(pipeline());
        Archiver archiver = archiver(store)) {
      Map<String, Set<String>> before = rows();
      Instant backup = Instant.now();
      BaseBackup copy = BaseBackup.take(owner);
      progress.accept("base backup made; the load continues");
      long ended = ended();
      Drill.until("sessions end after the backup", () -> ended() >= ended + SESSIONS_BETWEEN);
      long endedAtLoss = ended();

      Instant loss = Instant.now();
      stack.kill("postgres");
      copy.restore();
      stack.revive("postgres");
      double databaseSeconds = secondsSince(loss);
      long missing = endedAtLoss - ended();
      long gone = gone(before);
      progress.accept(
          "database lost and restored; %d ended sessions are missing".formatted(missing));

      archiver.archiveUpToNow(ARCHIVED_WITHIN);
      BackfillReport made = backfill(backup.minus(LONGEST_SESSION), Instant.now());
      double rowsSeconds = secondsSince(loss);
      progress.accept("backfill computed %d sessions".formatted(made.sessions()));
      // What the job had closed may be running at the archive's horizon, and the job does not write
      // it again. Once the silence has passed, only sessions that the job still has are running.
      Instant closed = loss.plus(silence.paused()).plus(SILENCE_MARGIN);
      Drill.until("sessions from before the loss are over", () -> Instant.now().isAfter(closed));
      archiver.archiveUpToNow(ARCHIVED_WITHIN);
      BackfillReport over = backfill(backup.minus(LONGEST_SESSION), loss);
      progress.accept("backfill computed %d sessions again".formatted(over.sessions()));
      if (missing <= 0 || !made.isClean() || !over.isClean()) {
        throw new IOException(
            "nothing was tried, or the archive has broken objects: %d sessions missing, %s"
                .formatted(missing, made));
      }
      return new Report(
          Duration.between(backup, loss).toMillis() / 1e3,
          databaseSeconds,
          rowsSeconds,
          missing,
          gone);
    }
  }

  private Map<String, String> pipeline() {
    return stack.endpoints().toEnvironment(ProgramRole.PIPELINE);
  }

  private Archiver archiver(ArchiveStore store) throws IOException, SQLException {
    Path spool = Path.of(text("SHOW data_directory")).resolveSibling("archive-spool");
    return Archiver.start(
        ArchiveSettings.of(stack.endpoints().kafka(), spool).flushing(FLUSH_BYTES, FLUSH), store);
  }

  private BackfillReport backfill(Instant from, Instant to) throws IOException, SQLException {
    Endpoints.Login login = stack.endpoints().database().programs().get(ProgramRole.PIPELINE);
    return new Backfill(
            BackfillSettings.of(
                    ArchiveLocation.bucket(pipeline()),
                    new DatabaseSettings(
                        stack.endpoints().database().url(), login.user(), login.password()),
                    from,
                    to,
                    BackfillSettings.Mode.WRITE)
                .waiting(silence),
            DirectPipelines.batch(THREADS, Map.of()),
            progress)
        .run();
  }

  /** An automation that no event raises again. */
  private void openAutomation() throws SQLException {
    try (Connection connection = owner.getConnection();
        Statement insert = connection.createStatement()) {
      insert.execute(
          """
          INSERT INTO automations
            (automation_id, org_id, rule, subject, title, opened_at, evidence)
          SELECT gen_random_uuid(), org_id, 'cdn_issue', '', 'CDN issue affecting patients', now(), '{}'
            FROM organizations LIMIT 1
          ON CONFLICT DO NOTHING
          """);
    }
  }

  private Map<String, Set<String>> rows() throws SQLException {
    Map<String, Set<String>> rows = new TreeMap<>();
    try (Connection connection = owner.getConnection();
        Statement ask = connection.createStatement()) {
      for (String table : ONLY_HERE) {
        Set<String> texts = new TreeSet<>();
        try (ResultSet row = ask.executeQuery("SELECT t::text FROM " + table + " AS t")) {
          while (row.next()) {
            texts.add(row.getString(1));
          }
        }
        rows.put(table, texts);
      }
    }
    return rows;
  }

  private long gone(Map<String, Set<String>> before) throws SQLException {
    Map<String, Set<String>> now = rows();
    long gone = 0;
    for (Map.Entry<String, Set<String>> table : before.entrySet()) {
      long missing =
          table.getValue().stream().filter(row -> !now.get(table.getKey()).contains(row)).count();
      progress.accept(
          "%s: %d rows, %d missing".formatted(table.getKey(), table.getValue().size(), missing));
      gone += missing;
    }
    return gone;
  }

  private long ended() throws SQLException {
    return Long.parseLong(
        text("SELECT count(*) FROM media_session_metrics WHERE ended_by IS NOT NULL"));
  }

  private String text(String query) throws SQLException {
    try (Connection connection = owner.getConnection();
        Statement ask = connection.createStatement();
        ResultSet row = ask.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static double secondsSince(Instant begun) {
    return Duration.between(begun, Instant.now()).toMillis() / 1e3;
  }
}
