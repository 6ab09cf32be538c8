package dev.kinebeam.worker.rights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.eventarchive.ArchiveLine;
import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.ArchivedRecord;
import dev.kinebeam.pipelines.sessions.AuditEntry;
import dev.kinebeam.pipelines.sessions.AuditTable;
import dev.kinebeam.pipelines.sessions.MeasuredRows;
import dev.kinebeam.pipelines.sessions.MetricsDatabase;
import dev.kinebeam.pipelines.sessions.Played;
import dev.kinebeam.pipelines.sessions.SessionTable;
import dev.kinebeam.pipelines.sessions.TakeOver;
import dev.kinebeam.pipelines.sessions.WaitTable;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.worker.rights.ErasedRows.Patient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** One patient out of everything, on a real PostgreSQL and with a maintenance login's rights. */
@Tag("servers")
class PatientErasureTest {
  private static final Patient PATIENT = new Patient(Played.ORG, Played.PATIENT);
  private static final UUID OTHER = new UUID(7, 99);

  private static MetricsDatabase database;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
    database.run(
        "INSERT INTO organizations (org_id, name) VALUES ('%s', 'Clinic')".formatted(Played.ORG));
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void aPatientWithEverything() throws SQLException {
    database.empty();
    database.run(
        "TRUNCATE erased_patients, audit_log, consents, people, care_links, workouts CASCADE");
    for (UUID person : List.of(Played.PATIENT, OTHER)) {
      database.run(
          "INSERT INTO consents VALUES ('%s', '%s', 'analytics', true)"
              .formatted(Played.ORG, person));
      database.run(
          "INSERT INTO people VALUES ('%s', '%s', 'patient', 'Ana')".formatted(Played.ORG, person));
    }
    // The played sessions are of today's November 2026; the other patient's row is a copy.
    write(played(1));
    database.run(
        """
        CREATE TEMP TABLE copied AS SELECT * FROM media_session_metrics;
        UPDATE copied SET session_id = gen_random_uuid(), patient_id = '%s';
        INSERT INTO media_session_metrics SELECT * FROM copied;
        """
            .formatted(OTHER));
  }

  private static Played played(long number) {
    return Played.session(number).start(0).play(1, 0).stall(5, 4).resume(6, 4, 1000);
  }

  private static void write(Played played) throws SQLException {
    try (DatabaseSession session = database.settings().session()) {
      MetricsDatabase.write(session, new SessionTable(), List.of(MeasuredRows.session(played)));
      MetricsDatabase.write(session, new WaitTable(), MeasuredRows.stalls(played));
    }
  }

  private PatientErasure.Report erase() throws SQLException, IOException {
    try (DatabaseSession session = database.maintenance().session();
        ArchiveStore store = ArchiveStore.folder(folder)) {
      return erasure(session, store).erase(PATIENT);
    }
  }

  private static PatientErasure erasure(DatabaseSession session, ArchiveStore store) {
    return new PatientErasure(
        new ErasedRows(session, "the test"),
        Optional.of(new ErasedFiles(store, line -> {})),
        Optional.empty());
  }

  private static long count(String sql) throws SQLException {
    return database.rows(sql).size();
  }

  @Test
  void nothingOfThePatientStaysAndOthersAreUntouched() throws Exception {
    String recording = "recordings/" + Played.ORG + "/" + played(1).sessionId() + ".json";
    String others = "recordings/" + Played.ORG + "/" + UUID.randomUUID() + ".json";
    ArchiveObject object = ArchiveObject.of(Instant.ofEpochMilli(Played.BEGIN_MS), 0, 0, 1, 0);
    try (ArchiveStore store = ArchiveStore.folder(folder)) {
      store.put(recording, new byte[] {1});
      store.put(others, new byte[] {1});
      store.put(object.key(), gzip(line(0, Played.PATIENT) + line(1, OTHER)));

      PatientErasure.Report report = erase();

      assertThat(report.erasedBefore()).isEmpty();
      assertThat(report.rows())
          .containsAllEntriesOf(
              Map.of(
                  "media_session_metrics", 1L,
                  "media_waits", 1L,
                  "consents", 1L,
                  "people", 1L));
      assertThat(report.files().orElseThrow().recordings()).isEqualTo(1);
      assertThat(report.files().orElseThrow().archivedRecords()).isEqualTo(1);
      assertThat(store.read(recording)).isEmpty();
      assertThat(store.read(others)).isPresent();
      assertThat(new String(gunzip(store.read(object.key()).orElseThrow()), StandardCharsets.UTF_8))
          .isEqualTo(line(1, OTHER));
    }
    assertThat(count("SELECT 1 FROM media_session_metrics")).isEqualTo(1);
    assertThat(count("SELECT 1 FROM consents")).isEqualTo(1);
    assertThat(count("SELECT 1 FROM people")).isEqualTo(1);
    assertThat(database.rows("SELECT sessions FROM media_session_weekly_agg"))
        .containsExactly(Map.of("sessions", "1"));
    assertThat(database.rows("SELECT action, actor, subject FROM audit_log ORDER BY at"))
        .extracting(row -> row.get("action"))
        .containsExactly("patient.erased", "patient.files_erased");
  }

  @Test
  void whatIsStillOnItsWayBringsNothingBack() throws Exception {
    erase();
    // Played sessions are of a day of their own, whatever today is.
    database.run("UPDATE erased_patients SET refuse_before = '2026-11-22Z'");

    // The job's state and the log know the session still, and another of the same patient.
    write(played(1));
    write(played(2));

    assertThat(
            count(
                "SELECT 1 FROM media_session_metrics WHERE patient_id = '" + Played.PATIENT + "'"))
        .isZero();
    assertThat(count("SELECT 1 FROM media_waits")).isZero();
  }

  @Test
  void aPatientWhoComesBackIsWelcome() throws Exception {
    erase();
    database.run("UPDATE erased_patients SET refuse_before = '2026-11-20Z'");

    write(played(3));

    assertThat(
            count(
                "SELECT 1 FROM media_session_metrics WHERE patient_id = '" + Played.PATIENT + "'"))
        .isEqualTo(1);
  }

  /** The claimant of a refused take-over is named in the clinic's audit log. */
  @Test
  void auditEntriesStayAndNameThePatientNoMore() throws Exception {
    for (UUID claimant : List.of(Played.PATIENT, OTHER)) {
      TakeOver refused =
          new TakeOver(new UUID(4, 4), Played.ORG, claimant, UUID.randomUUID(), 3, 10, 20);
      try (DatabaseSession session = database.settings().session()) {
        MetricsDatabase.write(session, new AuditTable(), AuditEntry.of(refused));
      }
    }

    assertThat(erase().rows()).containsEntry("audit_log", 1L);

    assertThat(
            database.rows(
                "SELECT details->>'patient_id' AS who, subject FROM audit_log"
                    + " WHERE action = 'session.take_over_refused' AND org_id = '%s' ORDER BY who"
                        .formatted(Played.ORG)))
        .containsExactly(
            Map.of("who", OTHER.toString(), "subject", new UUID(4, 4).toString()),
            Map.of("who", "erased", "subject", new UUID(4, 4).toString()));
    assertThat(count("SELECT 1 FROM audit_log WHERE details::text LIKE '%" + Played.PATIENT + "%'"))
        .isZero();
    assertThat(erase().nothing()).isTrue();
    // The job says it again: the entry that there is stands.
    TakeOver again =
        new TakeOver(new UUID(4, 4), Played.ORG, Played.PATIENT, UUID.randomUUID(), 3, 10, 20);
    try (DatabaseSession session = database.settings().session()) {
      MetricsDatabase.write(session, new AuditTable(), AuditEntry.of(again).subList(0, 1));
    }
    assertThat(erase().nothing()).isTrue();
  }

  @Test
  void erasingAgainFindsNothingAndKeepsTheFirstTime() throws Exception {
    erase();
    List<Map<String, String>> first = database.rows("SELECT * FROM erased_patients");

    PatientErasure.Report again = erase();

    assertThat(again.nothing()).isTrue();
    assertThat(again.erasedBefore()).isPresent();
    assertThat(database.rows("SELECT * FROM erased_patients")).isEqualTo(first);
    assertThat(count("SELECT 1 FROM audit_log WHERE action = 'patient.erased'")).isEqualTo(1);
  }

  @Test
  void aRehearsalChangesNothing() throws Exception {
    try (DatabaseSession session = database.maintenance().session();
        ArchiveStore store = ArchiveStore.folder(folder)) {
      PatientErasure.Report report = erasure(session, store).rehearse(PATIENT);
      assertThat(report.rows()).containsEntry("media_session_metrics", 1L);
    }
    assertThat(count("SELECT 1 FROM media_session_metrics")).isEqualTo(2);
    assertThat(count("SELECT 1 FROM erased_patients")).isZero();
    assertThat(count("SELECT 1 FROM audit_log")).isZero();
  }

  /** Whoever adds a table of patients' need not think of erasure. */
  @Test
  void tablesOfTheFutureAreErasedToo() throws Exception {
    database.run("CREATE TABLE diaries (org_id uuid, patient_id uuid, text text)");
    try {
      database.run(
          "INSERT INTO diaries VALUES ('%s', '%s', 'x'), ('%1$s', '%s', 'y')"
              .formatted(Played.ORG, Played.PATIENT, OTHER));
      assertThat(erase().rows()).containsEntry("diaries", 1L);
      assertThat(database.rows("SELECT text FROM diaries")).containsExactly(Map.of("text", "y"));
    } finally {
      database.run("DROP TABLE diaries");
    }
  }

  @Test
  void theCommandReportsWhatItDid() {
    StringWriter out = new StringWriter();
    CommandLine command = new CommandLine(new EraseMain()).setOut(new PrintWriter(out, true));
    String[] line = {
      "--org",
      Played.ORG.toString(),
      "--patient",
      Played.PATIENT.toString(),
      "--no-archive",
      "--database-url",
      database.maintenance().url(),
      "--database-user",
      "maintenance",
      "--actor",
      "dpo"
    };

    assertThat(command.execute(line)).isZero();
    assertThat(out.toString()).contains("media_session_metrics").endsWith("erased\n");
    assertThat(command.execute(line)).isZero();
    assertThat(out.toString()).contains("already erased at", "nothing of this patient was left");
  }

  @Test
  void theCommandRefusesWrongUsage() {
    CommandLine command =
        new CommandLine(new EraseMain()).setErr(new PrintWriter(new StringWriter()));
    assertThat(command.execute("--org", "x", "--patient", "y")).isEqualTo(2);
    assertThat(command.execute("--org", Played.ORG.toString())).isEqualTo(2);
    assertThat(
            command.execute(
                "--org",
                Played.ORG.toString(),
                "--patient",
                OTHER.toString(),
                "--database-url",
                "mysql:x",
                "--no-archive"))
        .isEqualTo(2);
  }

  private static String line(long offset, UUID patient) {
    String value =
        "{\"v\":1,\"org_id\":\"%s\",\"patient_id\":\"%s\"}".formatted(Played.ORG, patient);
    return new String(
            ArchiveLine.encode(
                new ArchivedRecord(
                    0,
                    offset,
                    Played.BEGIN_MS,
                    new byte[] {'k'},
                    value.getBytes(StandardCharsets.UTF_8))),
            StandardCharsets.UTF_8)
        + "\n";
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private static byte[] gunzip(byte[] bytes) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
  }
}
