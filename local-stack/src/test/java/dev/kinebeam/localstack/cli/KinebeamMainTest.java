package dev.kinebeam.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.localstack.docs.ShellBlocks;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class KinebeamMainTest {
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
  void wrongUsageIsToldInOneLineThatNamesTheHelp(String line, String end) {
    String[] args = line.split(" ");
    StringWriter err = new StringWriter();
    int exit = KinebeamMain.commandLine(args).setErr(new PrintWriter(err, true)).execute(args);
    assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString().lines()).singleElement().asString().endsWith("; " + end);
  }

  @Test
  void theProgramsThatTheIntegratorStartsAreCommandsOfThisBuild() throws Exception {
    List<String> started =
        ShellBlocks.of("integrating.md", "From nothing to the first session", "sh terminal")
            .stream()
            .flatMap(String::lines)
            .filter(line -> line.startsWith("./kinebeam "))
            .toList();
    assertThat(started).hasSize(3);
    for (String line : started) {
      String[] args = line.substring("./kinebeam ".length()).split(" ");
      assertThat(KinebeamMain.commandLine(args).parseArgs(args).errors()).as(line).isEmpty();
    }
  }
}
