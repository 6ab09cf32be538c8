package dev.kinebeam.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class KinebeamMainTest {
  @ParameterizedTest
  @CsvSource({
    "demo --nothing-such, see kinebeam demo --help",
    "erase --org 1, see kinebeam erase --help",
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
}
