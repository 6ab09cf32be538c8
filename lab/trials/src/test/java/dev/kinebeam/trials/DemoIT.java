package dev.kinebeam.trials;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.demo.DemoCommand;
import dev.kinebeam.trials.sockets.ListeningSockets;
import dev.kinebeam.trials.sockets.ListeningSockets.Listening;
import dev.kinebeam.trials.sockets.SocketWatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** All of it, as {@code ./kinebeam demo --headless} runs it: twice on the same data. */
class DemoIT {
  /** One of them does not consent: nothing that they play is kept. */
  private static final int PATIENTS = 21;

  @TempDir private Path folder;

  private final StringWriter output = new StringWriter();

  private JsonNode run(String report, String... more) throws IOException {
    Path file = folder.resolve(report);
    List<String> args =
        new ArrayList<>(
            List.of(
                "--headless",
                "--small",
                "--seconds=10",
                "--patients=" + PATIENTS,
                "--port=0",
                "--data-dir=" + folder.resolve("data"),
                "--report=" + file));
    args.addAll(List.of(more));
    int exit =
        new CommandLine(new DemoCommand())
            .setOut(new PrintWriter(output))
            .setErr(new PrintWriter(output))
            .execute(args.toArray(String[]::new));
    assertThat(exit).as(output.toString()).isZero();
    return Json.MAPPER.readTree(file.toFile());
  }

  @Test
  void everythingSentIsAccountedForAndTheSecondRenderComesFromTheCache() throws Exception {
    JsonNode first = run("first.json");
    assertThat(first.at("/sessions/mismatched").asInt()).isZero();
    assertThat(first.at("/stalls/mismatched").asInt()).isZero();
    assertThat(first.at("/sessions/rows")).isEqualTo(first.at("/sessions/sent"));
    assertThat(first.at("/sessions/rows").asInt()).isGreaterThan(200);
    assertThat(first.at("/alerts/expected").size()).isEqualTo(3);
    for (JsonNode alert : first.at("/alerts/expected")) {
      assertThat(alert.get("opened").asInt()).as(alert.toString()).isEqualTo(1);
      assertThat(alert.get("resolved").asInt()).as(alert.toString()).isEqualTo(1);
    }
    assertThat(first.at("/alerts/unexpected")).isEmpty();
    assertThat(first.at("/alerts/repeated").asInt()).isZero();
    assertThat(first.at("/alerts/snoozed/snoozed").asInt()).isEqualTo(1);
    assertThat(first.at("/alerts/snoozed/woken").asInt()).isEqualTo(1);
    assertThat(first.at("/weekly_counts/weeks").asInt()).isPositive();
    assertThat(first.at("/weekly_counts/wrong").asInt()).isZero();
    assertThat(first.at("/idle_transactions/seconds").asDouble()).isGreaterThan(60);
    assertThat(first.at("/idle_transactions/samples").asInt()).isGreaterThan(200);
    assertThat(first.at("/idle_transactions/held")).isEmpty();
    assertThat(first.at("/backfill/differing_columns").asInt()).isZero();
    assertThat(first.at("/events/rejected").asInt()).isPositive();
    assertThat(first.at("/events/duplicates_sent").asInt()).isPositive();
    assertThat(first.at("/events/refused_without_consent").asInt()).isPositive();
    assertThat(first.at("/render/frames")).isEqualTo(first.at("/render/expected_frames"));
    assertThat(first.at("/render/from_cache").asBoolean()).isFalse();
    assertThat(first.at("/render/compose_seconds").asDouble()).isPositive();
    assertThat(first.at("/services").size()).isEqualTo(5);
    assertThat(first.at("/workouts/found").asBoolean()).isTrue();
    assertThat(first.at("/workouts/patients").asInt()).isEqualTo(PATIENTS);
    assertThat(first.at("/workouts/counted")).isEqualTo(first.at("/workouts/expected"));
    assertThat(first.at("/workouts/counted/assigned").asInt()).isEqualTo(PATIENTS);
    assertThat(first.at("/workouts/counted/started").asInt()).isBetween(1, PATIENTS - 1);
    assertThat(first.at("/workouts/counted/completed").asInt())
        .isBetween(1, first.at("/workouts/counted/started").asInt());
    assertThat(first.at("/personal_video/comes_first").asBoolean()).isTrue();
    assertThat(first.at("/personal_video/hls_bytes_fetched").asLong()).isPositive();
    assertThat(first.at("/personal_video/sessions").asInt()).isPositive();
    assertThat(first.at("/personal_video/named")).isEqualTo(first.at("/personal_video/sessions"));

    JsonNode second = runWatched();
    assertThat(second.at("/render/from_cache").asBoolean()).isTrue();
    assertThat(second.at("/render/id")).isEqualTo(first.at("/render/id"));
    assertThat(second.at("/sessions/rows").asInt()).isEqualTo(40);
    assertThat(second.at("/workouts/counted")).isEqualTo(second.at("/workouts/expected"));
    assertThat(second.at("/personal_video/id").asLong())
        .as("recorded anew")
        .isGreaterThan(first.at("/personal_video/id").asLong());
    assertThat(second.at("/personal_video/comes_first").asBoolean()).isTrue();
  }

  /** While it runs, it listens on loopback only and takes neither jobs nor jars. */
  private JsonNode runWatched() throws Exception {
    Set<Listening> others = ListeningSockets.ofThisProcess("demo");
    int earlier = output.getBuffer().length();
    SocketWatch sockets = new SocketWatch(folder);
    ExecutorService beside = Executors.newSingleThreadExecutor();
    try {
      Future<Set<String>> pages =
          beside.submit(
              () -> {
                while (output.getBuffer().indexOf("page at http", earlier) < 0) {
                  sockets.observe();
                  sockets.observeThisProcess("demo", others);
                  TimeUnit.MILLISECONDS.sleep(100);
                }
                sockets.observe();
                sockets.observeThisProcess("demo", others);
                assertThat(sockets.takingSubmissions()).isEmpty();
                return sockets.withFlinkPage();
              });
      JsonNode report = run("second.json", "--without-incidents");
      assertThat(pages.get(1, TimeUnit.MINUTES)).containsExactly("demo");
      assertThat(sockets.seen()).allMatch(Listening::isLoopbackOnly);
      assertThat(sockets.seen())
          .extracting(Listening::program)
          .contains(
              "demo", "kafka", "s3", "bunny-stream", "video-host", "gateway", "core-api", "worker");
      return report;
    } finally {
      beside.shutdownNow();
    }
  }

  @Test
  void wrongUsageIsRefusedByName() {
    int exit =
        new CommandLine(new DemoCommand())
            .setErr(new PrintWriter(output))
            .execute("--headless", "--seconds=0");
    assertThat(exit).isEqualTo(2);
    assertThat(output.toString()).contains("--seconds is 0");
  }
}
