package dev.kinebeam.programs.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.testkit.TestPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A file is entered with no more than the administrators' rights. */
@Tag("servers")
class CatalogCommandTest {
  private static TestPostgres postgres;
  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.migrated();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private record Run(int exit, String out, String err) {}

  private Run run(String text) throws Exception {
    Path file = folder.resolve("exercises");
    Files.write(file, text.getBytes(UTF_8));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new CatalogCommand.Import(Map.of()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err, true))
            .execute(
                file.toString(),
                "--database-url=" + postgres.url("admin"),
                "--database-user=admin",
                "--actor=test");
    return new Run(exit, out.toString(), err.toString());
  }

  @Test
  void aFileIsEnteredOnceAndEachRowSaysWhatBecameOfIt() throws Exception {
    String csv =
        """
        slug,kind,display_name,display_name.ro
        neck-turns,reps_based,Neck turns,Întoarceri
        lumbar-detensioning,reps_based,Lumbar detensioning,Detensionări lombare
        """;
    Run first = run(csv);
    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.out().lines())
        .containsExactly("1 neck-turns added", "2 lumbar-detensioning unchanged");
    assertThat(first.err()).contains("2 exercises: 1 added, 0 changed, 1 unchanged, 0 refused");
    assertThat(run(csv).out().lines())
        .containsExactly("1 neck-turns unchanged", "2 lumbar-detensioning unchanged");
    assertThat(
            postgres.rows(
                "SELECT actor, action FROM audit_log JOIN exercises ON subject = exercise_id::text"
                    + " WHERE slug = 'neck-turns'"))
        .containsExactly(Map.of("actor", "test", "action", "exercise.added"));
  }

  @Test
  void aRowThatIsRefusedIsNamedAndTheExitStatusSaysSo() throws Exception {
    Run run = run("slug,kind,display_name\n../x,reps_based,X\nbend,reps_based,Bend\n");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).contains("1 - refused slug is \"../x\"", "2 bend added");
    Run broken = run("slug,colour\na,b\n");
    assertThat(broken.exit()).isEqualTo(2);
    assertThat(broken.err()).contains("exercises: there is no column 'colour'");
    assertThat(run("[7]").out()).isEqualTo("1 - refused this is 7; it must be an object\n");
  }

  @Test
  void aSettingThatIsWrongIsNotBlamedOnTheFile() throws Exception {
    Path file = Files.writeString(folder.resolve("exercises"), "slug\nbend\n");
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new CatalogCommand.Import(Map.of()))
            .setErr(new PrintWriter(err, true))
            .execute(file.toString(), "--database-url=postgres://somewhere");
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("catalog import: --database-url (DATABASE_URL) is postgres://somewhere;");
  }
}
