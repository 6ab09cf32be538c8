package dev.kinebeam.programs.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.pipelines.sessions.MetricsDatabase;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.cli.Usage;
import dev.kinebeam.schemas.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is entered, on a real PostgreSQL and with no more than the registry's rights. */
@Tag("servers")
class RegistryCommandTest {
  private static MetricsDatabase database;

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  private record Run(int exit, String out, String err) {}

  private static Run run(Object command, String... flags) {
    return runAs(database.registry(), command, flags);
  }

  private static Run runAs(DatabaseSettings login, Object command, String... flags) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(
        List.of(
            "--database-url=" + login.url(), "--database-user=" + login.user(), "--actor=test"));
    int exit =
        new CommandLine(command)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler(
                (failure, line, parsed) -> {
                  line.getErr().println(Usage.message(line, failure));
                  return 1;
                })
            .execute(all.toArray(String[]::new));
    return new Run(exit, out.toString().strip(), err.toString().strip());
  }

  private static String organization() {
    return run(new OrgCommand(), "add", "--name=Clinica Aurora").out();
  }

  @Test
  void whatIsEnteredIsThereWithItsAuditEntries() throws Exception {
    String org = organization();
    String patient =
        run(new PersonCommand(), "add", "--org=" + org, "--role=patient", "--name=Ana Pop").out();
    Run granted = run(new ConsentCommand(), "grant", "--org=" + org, "--patient=" + patient);

    assertThat(granted.exit()).isZero();
    assertThat(granted.out()).isEqualTo("granted");
    assertThat(
            database.rows(
                "SELECT o.name, p.role, p.display_name, c.purpose, c.active FROM organizations o"
                    + " JOIN people p USING (org_id) JOIN consents c USING (org_id)"
                    + " WHERE c.patient_id = p.person_id AND org_id = '"
                    + org
                    + "'"))
        .containsExactly(
            Map.of(
                "name", "Clinica Aurora",
                "role", "patient",
                "display_name", "Ana Pop",
                "purpose", "analytics",
                "active", "t"));
    assertThat(
            database.rows(
                "SELECT action, actor FROM audit_log WHERE org_id = '" + org + "' ORDER BY at"))
        .extracting(row -> row.get("actor") + " " + row.get("action"))
        .containsExactly("test organization.added", "test person.added", "test consent.granted");
    assertThat(database.rows("SELECT details::text FROM audit_log").toString())
        .doesNotContain("Ana");
  }

  /** The actor is what the caller says; the login is not. */
  @Test
  void auditEntriesNameTheLoginAndTheOldName() throws Exception {
    String org = organization();
    String patient =
        run(new PersonCommand(), "add", "--org=" + org, "--role=patient", "--name=Ana Pop").out();
    run(new ConsentCommand(), "grant", "--org=" + org, "--patient=" + patient);
    assertThat(run(new OrgCommand(), "add", "--id=" + org, "--name=Aurora Nord").exit()).isZero();

    assertThat(
            database.rows(
                "SELECT action, details->>'session_user' AS login, details->>'old_name' AS"
                    + " old_name, details->>'role' AS role, details->>'purpose' AS purpose FROM"
                    + " audit_log WHERE org_id = '"
                    + org
                    + "' ORDER BY at"))
        .extracting(row -> row.values().stream().map(String::valueOf).toList().toString())
        .hasSize(4)
        .allSatisfy(row -> assertThat(row).contains(database.registry().user()))
        .satisfiesExactly(
            row -> assertThat(row).contains("organization.added").doesNotContain("Aurora"),
            row -> assertThat(row).contains("person.added", "patient"),
            row -> assertThat(row).contains("consent.granted", "analytics"),
            row -> assertThat(row).contains("organization.changed", "Clinica Aurora"));
  }

  @Test
  void repeatingChangesNothingAndSaysSo() throws Exception {
    String org = UUID.randomUUID().toString();
    String person = UUID.randomUUID().toString();
    List<JsonNode> results = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      for (Run run :
          List.of(
              run(new OrgCommand(), "add", "--id=" + org, "--name=A", "--json"),
              run(
                  new PersonCommand(),
                  "add",
                  "--org=" + org,
                  "--id=" + person,
                  "--role=patient",
                  "--name=P",
                  "--json"),
              run(
                  new ConsentCommand(),
                  "grant",
                  "--org=" + org,
                  "--patient=" + person,
                  "--json"))) {
        assertThat(run.exit()).as(run.err()).isZero();
        results.add(Json.MAPPER.readTree(run.out()));
      }
    }
    assertThat(results)
        .extracting(result -> result.get("result").textValue())
        .containsExactly("added", "added", "changed", "unchanged", "unchanged", "unchanged");
    assertThat(results.get(2).toString())
        .contains("\"active\":true", "\"purpose\":\"analytics\"", person);
    assertThat(database.rows("SELECT 1 FROM audit_log WHERE org_id = '" + org + "'")).hasSize(3);

    assertThat(run(new OrgCommand(), "add", "--id=" + org, "--name=B").err()).endsWith("changed");
    assertThat(run(new ConsentCommand(), "withdraw", "--org=" + org, "--patient=" + person).out())
        .isEqualTo("withdrawn");
    assertThat(database.rows("SELECT active FROM consents WHERE org_id = '" + org + "'"))
        .containsExactly(Map.of("active", "f"));
  }

  @Test
  void whatDoesNotFitIsRefusedByFlagAndValue() {
    String org = organization();
    String none = UUID.randomUUID().toString();
    String specialist =
        run(new PersonCommand(), "add", "--org=" + org, "--role=specialist", "--name=S").out();

    refused(
        "--org is " + none,
        new PersonCommand(),
        "add",
        "--org=" + none,
        "--role=patient",
        "--name=P");
    refused(
        "--role is patient, but " + specialist + " is entered as specialist",
        new PersonCommand(),
        "add",
        "--org=" + org,
        "--id=" + specialist,
        "--role=patient",
        "--name=S");
    refused(
        "--role is doctor; it must be one of patient",
        new PersonCommand(),
        "add",
        "--org=" + org,
        "--role=doctor",
        "--name=P");
    refused(
        "--patient is " + specialist,
        new ConsentCommand(),
        "grant",
        "--org=" + org,
        "--patient=" + specialist);
    refused(
        "--purpose is A b",
        new ConsentCommand(),
        "grant",
        "--org=" + org,
        "--patient=" + none,
        "--purpose=A b");
    refused(
        "--name has 1 characters; it must have 1 to 200 and not be blank",
        new OrgCommand(),
        "add",
        "--name= ");
    refused("--org", new PersonCommand(), "add", "--org=1", "--role=patient", "--name=P");
  }

  @Test
  void aClinicHasItsZoneAndItsFeatures() throws Exception {
    String org = organization();
    Run zone =
        run(
            new OrgCommand(),
            "add",
            "--id=" + org,
            "--name=Clinica Aurora",
            "--time-zone=Europe/Bucharest",
            "--locale=ro",
            "--retention-months=12");
    assertThat(zone.err()).endsWith("changed");
    assertThat(run(new OrgCommand(), "enable", "--org=" + org, "allActivePatientsDashboard").out())
        .isEqualTo("enabled");
    assertThat(
            database.rows(
                "SELECT time_zone, locale, retention_months, feature, enabled FROM organizations"
                    + " JOIN organization_features USING (org_id) WHERE org_id = '"
                    + org
                    + "'"))
        .containsExactly(
            Map.of(
                "time_zone", "Europe/Bucharest",
                "locale", "ro",
                "retention_months", "12",
                "feature", "allActivePatientsDashboard",
                "enabled", "t"));
    refused(
        "--time-zone is EST; it must be UTC or",
        new OrgCommand(),
        "add",
        "--name=A",
        "--time-zone=EST");
    refused(
        "--retention-months is 14; the platform keeps sessions for 13 months",
        new OrgCommand(),
        "add",
        "--name=A",
        "--retention-months=14");
    refused("there is no feature 'all'", new OrgCommand(), "enable", "--org=" + org, "all");
  }

  @Test
  void careLinksBeginAndEnd() throws Exception {
    String org = organization();
    String patient =
        run(new PersonCommand(), "add", "--org=" + org, "--role=patient", "--name=P").out();
    String specialist =
        run(new PersonCommand(), "add", "--org=" + org, "--role=specialist", "--name=S").out();
    String[] link = {"begin", "--org=" + org, "--patient=" + patient, "--specialist=" + specialist};
    assertThat(run(new CareLinkCommand(), link).err()).endsWith("begun: changed");
    assertThat(run(new CareLinkCommand(), link).err()).endsWith("begun: unchanged");
    link[0] = "end";
    assertThat(run(new CareLinkCommand(), link).out()).isEqualTo("ended");
    assertThat(database.rows("SELECT ended_at IS NULL AS active FROM care_links"))
        .containsExactly(Map.of("active", "f"));
    refused(
        "--specialist is " + patient,
        new CareLinkCommand(),
        "begin",
        "--org=" + org,
        "--patient=" + patient,
        "--specialist=" + patient);
  }

  private static void refused(String message, Object command, String... flags) {
    Run run = run(command, flags);
    assertThat(run.exit()).as(run.toString()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void anotherLoginMayNotEnterAnythingAndLearnsWhichMay() {
    Run run = runAs(database.maintenance(), new OrgCommand(), "add", "--name=A");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("DATABASE_USER is maintenance", "kinebeam_registry");
  }
}
