package dev.kinebeam.trials.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.programs.cli.KinebeamMain;
import dev.kinebeam.programs.cli.Usage;
import dev.kinebeam.trials.docs.ShellBlocks;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CheckoutMainTest {
  @ParameterizedTest
  @CsvSource({
    "demo --nothing-such, see kinebeam demo --help",
    "erase --org 1, see kinebeam erase --help",
    "org add, see kinebeam org add --help",
    "consent, see kinebeam consent --help",
    "token --role doctor --sub 00000000-0000-4000-8000-000000000001, see kinebeam token --help",
    "cluster, see kinebeam cluster --help",
    "bundle check --nothing-such, see kinebeam bundle check --help",
    "nothing-such, see kinebeam --help"
  })
  void wrongUsageIsReportedInOneLineThatNamesTheHelp(String line, String end) {
    String[] args = line.split(" ");
    StringWriter err = new StringWriter();
    int exit =
        KinebeamMain.commandLine(CheckoutMain.COMMANDS, args)
            .setErr(new PrintWriter(err, true))
            .execute(args);
    assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString().lines()).singleElement().asString().endsWith("; " + end);
  }

  private static String refusal(String line) {
    String[] args = line.split(" ");
    StringWriter err = new StringWriter();
    KinebeamMain.commandLine(CheckoutMain.COMMANDS, args)
        .setErr(new PrintWriter(err, true))
        .execute(args);
    return err.toString().strip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "foo               | there is no command foo; see kinebeam --help",
        "bundle foo        | there is no command bundle foo; see kinebeam bundle --help",
        "token --sub abc   | Invalid value for option '--sub': 'abc' is not a UUID; see"
            + " kinebeam token --help",
        "consent grant --org 1 | Invalid value for option '--org': '1' is not a UUID; see"
            + " kinebeam consent grant --help",
        "render --all-exercises  | render: S3_ASSETS_BUCKET is not set: name the bucket; with the"
            + " local stack: set -a; . .local/env/render.env; set +a; see kinebeam render --help",
      })
  void wrongUsageIsReportedWithoutJavaAndWithTheLocalStacksEnvironment(
      String line, String message) {
    assertThat(refusal(line)).isEqualTo(message);
  }

  @Test
  void aMissingPasswordIsNamed() {
    CommandLine add =
        KinebeamMain.commandLine(CheckoutMain.COMMANDS, "org")
            .getSubcommands()
            .get("org")
            .getSubcommands()
            .get("add");
    SQLException driver =
        new SQLException(
            "The server requested SCRAM-based authentication, but no password was provided.");
    assertThat(Usage.message(add, driver))
        .isEqualTo(
            "DATABASE_PASSWORD is not set; with the local stack: set -a; . .local/env/registry.env;"
                + " set +a");
  }

  /** Each command whose help names its usual login. */
  @Test
  void theEnvironmentOfEveryLoginIsNamed() {
    SQLException driver = new SQLException("no password was provided");
    Pattern usual = Pattern.compile("usually kb_([a-z_]+)");
    Deque<CommandLine> commands =
        new ArrayDeque<>(List.of(KinebeamMain.commandLine(CheckoutMain.COMMANDS)));
    int seen = 0;
    while (!commands.isEmpty()) {
      CommandLine command = commands.pop();
      commands.addAll(command.getSubcommands().values());
      Matcher login = usual.matcher(command.getUsageMessage(CommandLine.Help.Ansi.OFF));
      if (login.find()) {
        assertThat(Usage.message(command, driver))
            .as(command.getCommandSpec().qualifiedName())
            .contains(" .local/env/" + login.group(1).replace('_', '-') + ".env;");
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(10);
    CommandLine coreApi = KinebeamMain.commandLine(CheckoutMain.COMMANDS, "core-api");
    assertThat(Usage.message(coreApi.getSubcommands().get("core-api"), driver))
        .contains(" .local/env/core-api.env;");
  }

  /** In a terminal that has another program's environment, as documents have it. */
  @Test
  void aLoginWithoutTheRightsIsNamedWithTheOneThatHasThem() {
    CommandLine catalog = KinebeamMain.commandLine(CheckoutMain.COMMANDS, "catalog");
    CommandLine importing = catalog.getSubcommands().get("catalog").getSubcommands().get("import");
    catalog.parseArgs("catalog", "import", "--database-user=kb_render", "exercises.csv");
    Exception denied =
        new IllegalStateException(
            "a statement", new SQLException("ERROR: permission denied for table x", "42501"));
    assertThat(Usage.message(importing, denied))
        .isEqualTo(
            "DATABASE_USER is kb_render (ERROR: permission denied for table x); use a login that is"
                + " a member of kinebeam_admin; with the local stack: set -a; . .local/env/admin.env;"
                + " set +a");
  }

  @Test
  void aFileThatCannotBeUsedIsNamedWithTheReason() {
    CommandLine render = KinebeamMain.commandLine(CheckoutMain.COMMANDS, "render");
    assertThat(Usage.message(render, new NoSuchFileException("/nope/r.json")))
        .isEqualTo("/nope/r.json: no such file or folder");
    assertThat(Usage.message(render, new UncheckedIOException(new AccessDeniedException("/etc/x"))))
        .isEqualTo("/etc/x: this user may not read or write it");
    assertThat(Usage.message(render, new NotDirectoryException("/etc/passwd")))
        .isEqualTo("/etc/passwd: it is not a folder");
    assertThat(Usage.message(render, new FileSystemException("/a", "/b", "Too many links")))
        .isEqualTo("/a -> /b: Too many links");
  }

  /** The list of commands shows the first line of each description alone. */
  @Test
  void theFirstLineOfEveryDescriptionIsASentence() {
    Deque<CommandLine> commands =
        new ArrayDeque<>(List.of(KinebeamMain.commandLine(CheckoutMain.COMMANDS)));
    int seen = 0;
    while (!commands.isEmpty()) {
      CommandLine command = commands.pop();
      commands.addAll(command.getSubcommands().values());
      assertThat(command.getCommandSpec().usageMessage().description()[0])
          .as(command.getCommandSpec().qualifiedName())
          .endsWith(".");
      seen++;
    }
    assertThat(seen).isGreaterThan(25);
  }

  @Test
  void theCommandsFromABundleToAVideoAreCommandsOfThisBuild() throws Exception {
    List<String> shown =
        ShellBlocks.of("rendering.md", "From a bundle to a video", "sh").stream()
            .flatMap(String::lines)
            .filter(line -> line.startsWith("./kinebeam "))
            .toList();
    assertThat(shown).hasSize(3);
    for (String line : shown) {
      String[] args = line.substring("./kinebeam ".length()).split(" ");
      assertThat(KinebeamMain.commandLine(CheckoutMain.COMMANDS, args).parseArgs(args).errors())
          .as(line)
          .isEmpty();
    }
  }

  @Test
  void theProgramsThatTheIntegratorStartsAreCommandsOfThisBuild() throws Exception {
    List<String> started =
        ShellBlocks.of("integrating.md", "From nothing to the first session", "sh terminal")
            .stream()
            .flatMap(String::lines)
            .filter(line -> line.startsWith("./kinebeam "))
            .toList();
    assertThat(started).hasSize(4);
    for (String line : started) {
      String[] args = line.substring("./kinebeam ".length()).split(" ");
      assertThat(KinebeamMain.commandLine(CheckoutMain.COMMANDS, args).parseArgs(args).errors())
          .as(line)
          .isEmpty();
    }
  }
}
