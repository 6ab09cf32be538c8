package dev.kinebeam.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.pipelines.backfill.BackfillMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A flag that would do nothing is refused before anything is opened. */
class TelemetryMainTest {
  private static final int WRONG_USAGE = 2;

  @Test
  void jarsNeedAClusterToBeSentTo() {
    Object telemetry = new TelemetryMain(Map.of());
    assertThat(refusal(telemetry, "--jars=a.jar", "--flink-master=[local]"))
        .contains("--jars is given, but --flink-master is [local]");
    assertThat(
            refusal(
                new BackfillMain(Map.of()),
                "--from=2026-11-20T10:00Z",
                "--to=2026-11-20T11:00Z",
                "--archive-dir=.",
                "--jars=a.jar"))
        .contains("--jars is given")
        .contains("--flink-master HOST:PORT");
  }

  @Test
  void theClusterAroundMustBeThere() {
    assertThat(refusal(new TelemetryMain(Map.of()), "--flink-master=[auto]"))
        .contains("--flink-master is [auto], but Flink has not started this program");
  }

  @Test
  void aPageNeedsAFlinkInThisProcess() {
    assertThat(
            refusal(new TelemetryMain(Map.of()), "--flink-ui=8081", "--flink-master=localhost:1"))
        .contains("--flink-ui is 8081")
        .contains("--flink-master [local]");
  }

  private static String refusal(Object command, String... arguments) {
    StringWriter said = new StringWriter();
    int status =
        new CommandLine(command)
            .setErr(new PrintWriter(said))
            .setOut(new PrintWriter(said))
            .execute(arguments);
    assertThat(status).as(said::toString).isEqualTo(WRONG_USAGE);
    return said.toString();
  }
}
