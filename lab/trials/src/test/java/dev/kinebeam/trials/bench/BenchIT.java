package dev.kinebeam.trials.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.bench.clinic.BenchClinicQueryCommand;
import dev.kinebeam.trials.bench.compose.BenchComposeCommand;
import dev.kinebeam.trials.bench.gateway.BenchGatewayCommand;
import dev.kinebeam.trials.bench.upsert.BenchUpsertCommand;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Each bench goes from end to end in small; what it measures so means nothing. */
class BenchIT {
  @TempDir Path dir;

  @Test
  void gatewayIsMeasuredBesideKafkasOwnBenchmark() throws IOException {
    String small =
        "--patients 5 --connections 2 --rounds 1 --warm-up PT1S --round PT1S --records 2000"
            + " --kafka-away PT2S";

    JsonNode verdict = lastLineOf(new BenchGatewayCommand(), small.split(" ", -1));

    assertThat(verdict.get("bench").asText()).isEqualTo("gateway");
    assertThat(verdict.get("p99_ms").asDouble()).isPositive();
    assertThat(verdict.get("gateway_cpu_us_per_event").asDouble()).isPositive();
    assertThat(verdict.get("rss_mb").asInt()).isBetween(50, 300);
    assertThat(verdict.get("rss_mb_kafka_away").asInt())
        .isBetween(verdict.get("rss_mb").asInt(), 300);
  }

  @Test
  void upsertIsMeasuredBesideCopy() throws IOException {
    JsonNode verdict =
        lastLineOf(new BenchUpsertCommand(), "--rows", "2500", "--batch", "1000", "--rounds", "1");

    assertThat(verdict.get("bench").asText()).isEqualTo("upsert");
    assertThat(verdict.get("update").asDouble()).isPositive();
  }

  @Test
  void clinicQueriesAreMeasuredOnAFilledDatabaseThatIsKept() throws IOException {
    String kept = dir.resolve("clinic").toString();
    String[] small = {"--rows", "20000", "--runs", "2", "--dir", kept};

    JsonNode verdict = lastLineOf(new BenchClinicQueryCommand(), small);

    assertThat(verdict.get("bench").asText()).isEqualTo("clinic-query");
    assertThat(verdict.get("rls_cost").asDouble()).isPositive();
    assertThat(verdict.get("p95_ms").get("video-health, 30 days").asDouble()).isPositive();
    assertThat(dir.resolve("clinic/filled.json")).content().contains("\"sessions\":20000");
  }

  @Test
  void composeIsMeasuredBesideFfmpegOrSaysHowToInstallIt() throws IOException {
    String[] small = "--size small --rounds 1 --recipes 1 --orders 1".split(" ", -1);
    if (!isOnThePath("ffmpeg")) {
      StringWriter err = new StringWriter();
      CommandLine command = new CommandLine(new BenchComposeCommand());
      command.setErr(new PrintWriter(err));
      assertThat(command.execute(small)).isEqualTo(1);
      assertThat(err.toString()).contains("apt-get install -y ffmpeg");
      return;
    }

    JsonNode verdict = lastLineOf(new BenchComposeCommand(), small);

    assertThat(verdict.get("bench").asText()).isEqualTo("compose");
    assertThat(verdict.get("cpu_ratio").asDouble()).isGreaterThan(1);
    assertThat(verdict.get("process_wall_ratio").asDouble()).isPositive();
    assertThat(verdict.get("peak_mb_20_sets").asInt()).isBetween(50, 300);
    assertThat(verdict.get("two_workers").asDouble()).isPositive();
    assertThat(verdict.get("hls_playable_ms").asDouble()).isPositive();
  }

  private static boolean isOnThePath(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static JsonNode lastLineOf(Object bench, String... arguments) throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(bench)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    assertThat(exit).as("%s%s", out, err).isZero();
    JsonNode verdict =
        Json.MAPPER.readTree(out.toString().lines().reduce((first, last) -> last).orElseThrow());
    assertThat(verdict.get("ours").asDouble()).isPositive();
    assertThat(verdict.get("reference").asDouble()).isPositive();
    assertThat(verdict.get("ratio").asDouble()).isPositive();
    assertThat(verdict.get("goal").asDouble()).isPositive();
    assertThat(verdict.get("unit").asText()).isNotEmpty();
    return verdict;
  }
}
