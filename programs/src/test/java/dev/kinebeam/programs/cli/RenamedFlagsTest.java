package dev.kinebeam.programs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RenamedFlagsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "telemetry --database jdbc:postgresql://a/b | --database is now --database-url",
        "telemetry --kafka=a:9092 | --kafka is now --kafka-bootstrap-servers",
        "archive --kafka a:9092 | --kafka is now --kafka-bootstrap-servers",
        "dead-letters list --kafka=a:9092 | --kafka is now --kafka-bootstrap-servers",
        "erase --database=jdbc:postgresql://a/b | --database is now --database-url",
        "org create --database=jdbc:postgresql://a/b | --database is now --database-url",
        "render --catalog | --catalog is now --all-exercises",
        "render --orders=a --patience=PT1M | --patience is now --retry-for",
        "import table.csv --patience PT1M | --patience is now --retry-for",
        "bundle prepare raw --catalogue | --catalogue is now --register",
      })
  void anOldFlagIsWrongUsageAndItsNewNameIsPrinted(String arguments, String message) {
    StringWriter err = new StringWriter();
    String[] args = arguments.split(" ");
    CommandLine line = KinebeamMain.commandLine(List.of(), args);
    line.setErr(new PrintWriter(err));
    assertThat(line.execute(args)).isEqualTo(2);
    assertThat(err.toString()).contains(message).contains("--help").hasLineCount(1);
  }
}
