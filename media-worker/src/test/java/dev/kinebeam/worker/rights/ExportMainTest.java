package dev.kinebeam.worker.rights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.pipelines.sessions.MeasuredRows;
import dev.kinebeam.pipelines.sessions.MetricsDatabase;
import dev.kinebeam.pipelines.sessions.Played;
import dev.kinebeam.pipelines.sessions.SessionTable;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** One patient's data, on a real PostgreSQL and with a maintenance login's rights. */
@Tag("servers")
class ExportMainTest {
  private static MetricsDatabase database;

  @TempDir Path folder;

  @BeforeAll
  static void aPatientWithEverything() throws Exception {
    database = new MetricsDatabase();
    database.run(
        """
        INSERT INTO organizations (org_id, name) VALUES ('%1$s', 'Clinic');
        INSERT INTO people (org_id, person_id, role, display_name)
          VALUES ('%1$s', '%2$s', 'patient', 'Ana'),
                 ('%1$s', '%1$s', 'specialist', 'Ion'), ('%1$s', gen_random_uuid(), 'patient', 'Eva');
        INSERT INTO consents (org_id, patient_id, purpose, active)
          SELECT org_id, person_id, 'analytics', true FROM people WHERE role = 'patient';
        INSERT INTO care_links (org_id, patient_id, specialist_id)
          VALUES ('%1$s', '%2$s', '%1$s');
        """
            .formatted(Played.ORG, Played.PATIENT));
    try (DatabaseSession session = database.settings().session()) {
      MetricsDatabase.write(
          session, new SessionTable(), List.of(MeasuredRows.session(Played.session(1).start(0))));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  private int export(Path file, PrintWriter out, PrintWriter err) {
    return new CommandLine(new ExportMain())
        .setOut(out)
        .setErr(err)
        .execute(
            "--org=" + Played.ORG,
            "--patient=" + Played.PATIENT,
            "--out=" + file,
            "--actor=test",
            "--database-url=" + database.maintenance().url(),
            "--database-user=maintenance");
  }

  @Test
  void everyTableThatErasureEmptiesIsInTheZip() throws Exception {
    Path file = folder.resolve("ana.zip");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();

    assertThat(export(file, new PrintWriter(out), new PrintWriter(err))).isZero();

    SortedMap<String, JsonNode> files = unzipped(file);
    assertThat(files.keySet())
        .containsExactly(
            "audit_log.json",
            "care_links.json",
            "consent_changes.json",
            "consents.json",
            "export.json",
            "media_session_metrics.json",
            "people.json");
    files.forEach(
        (name, rows) ->
            assertThat(rows.findValuesAsText("patient_id"))
                .as(name)
                .allMatch(Played.PATIENT.toString()::equals));
    assertThat(files.get("people.json").findValuesAsText("display_name")).containsExactly("Ana");
    Set<String> erased = new TreeSet<>();
    database
        .rows(
            "SELECT relation FROM erase_patient('%s', '%s', 'test', true) WHERE removed > 0"
                .formatted(Played.ORG, Played.PATIENT))
        .forEach(row -> erased.add(row.get("relation") + ".json"));
    assertThat(files.keySet()).containsAll(erased);
    assertThat(out.toString()).contains("media_session_metrics", "1 rows", "written to");
    assertThat(err.toString()).isEmpty();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void whoIsNotFoundIsReported() {
    UUID stranger = UUID.randomUUID();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new ExportMain())
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(err))
            .execute(
                "--org=" + Played.ORG,
                "--patient=" + stranger,
                "--out=" + folder.resolve("none.zip"),
                "--database-url=" + database.maintenance().url(),
                "--database-user=maintenance");
    assertThat(exit).isZero();
    assertThat(err.toString()).contains(stranger.toString(), "check --org and --patient");
  }

  @Test
  void anUnreachableFolderIsAFailureAndLeavesNothing() {
    CommandLine command =
        new CommandLine(new ExportMain()).setErr(new PrintWriter(new StringWriter()));
    assertThat(
            command.execute(
                "--org=" + Played.ORG,
                "--patient=" + Played.PATIENT,
                "--out=" + folder.resolve("none/ana.zip"),
                "--database-url=" + database.maintenance().url(),
                "--database-user=maintenance"))
        .isEqualTo(1);
    assertThat(folder).isEmptyDirectory();
  }

  private static SortedMap<String, JsonNode> unzipped(Path file) throws IOException {
    TreeMap<String, JsonNode> files = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), Json.MAPPER.readTree(zip.readAllBytes()));
      }
    }
    return files;
  }
}
