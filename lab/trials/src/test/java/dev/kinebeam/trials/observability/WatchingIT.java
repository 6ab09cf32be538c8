package dev.kinebeam.trials.observability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.programs.process.EnvFiles;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.docs.ShellBlocks;
import dev.kinebeam.trials.patients.MalformedRecords;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every program's admin port, beside the real services: what it exports, and what it says when a
 * service hangs.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WatchingIT {
  private static final Duration READY_WITHIN = Eventually.LIMIT;

  /** What operators are promised. */
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(30);

  private static final Pattern LISTENING = Pattern.compile("ready at http://\\S+:(\\d+)");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_][a-zA-Z0-9_]*)[{ ]");
  private static final Pattern HELP = Pattern.compile("(?m)^# HELP (\\S+) \\S+");

  @TempDir static Path dir;

  private static LocalStack stack;

  /** On a busy machine a service may not answer in time, and that is worth a warning. */
  private static final Pattern OUTAGE =
      Pattern.compile(
          " is unavailable \\(| is not durable: | cannot be read now|TIMED_OUT"
              + "|NetworkClient .* (disconnected|could not be established)");

  private static final Map<String, Program> PROGRAMS = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start(StackSettings.forTests(dir.resolve("stack")));
    run(ProgramRole.GATEWAY, Map.of(), "gateway", "--port=0");
    run(ProgramRole.CORE_API, Map.of(), "core-api", "--port=0");
    run(ProgramRole.WORKER, Map.of(), "worker");
    run(
        ProgramRole.PIPELINE,
        Map.of("KINEBEAM_LOG_FORMAT", "json"),
        "archive",
        "--flush-after=PT2S",
        "--spool-dir=" + dir.resolve("spool"));
    run(
        ProgramRole.PIPELINE,
        Map.of(),
        "telemetry",
        "--parallelism=1",
        "--checkpoint-every=PT2S",
        "--live-every=PT1S",
        "--checkpoint-dir=" + dir.resolve("checkpoints"));
    run(
        ProgramRole.RENDER,
        Map.of(),
        "render",
        "--dir=" + dir.resolve("render"),
        "--checkpoint-dir=" + dir.resolve("render-checkpoints"));
    for (Program program : PROGRAMS.values()) {
      program.awaitThat(
          "it is ready", READY_WITHIN, () -> program.get("/readyz").statusCode() == 200);
    }
  }

  private static void run(ProgramRole role, Map<String, String> more, String... command)
      throws IOException {
    Map<String, String> environment = new HashMap<>(stack.endpoints().toEnvironment(role));
    environment.putAll(more);
    PROGRAMS.put(command[0], Program.start(dir.resolve("programs"), environment, command));
  }

  @AfterAll
  static void stop() throws Exception {
    for (Program program : PROGRAMS.values()) {
      program.close();
    }
    stack.close();
  }

  private static Program program(String name) {
    return PROGRAMS.get(name);
  }

  @Test
  @Order(1)
  void everyProgramIsLiveAndReady() throws Exception {
    for (Program program : PROGRAMS.values()) {
      assertThat(program.get("/livez").statusCode()).as(program.name()).isEqualTo(200);
      JsonNode ready = Json.MAPPER.readTree(program.get("/readyz").body());
      assertThat(ready.get("dependencies")).as(program.name()).hasSizeGreaterThanOrEqualTo(2);
      assertThat(program.metrics())
          .contains("kinebeam_program_info{program=\"" + program.name() + "\"} 1");
    }
  }

  @Test
  @Order(2)
  void anIntegratorComesFromNothingToTheSessionsRowByWhatTheDocumentSays() throws Exception {
    Path folder = Files.createDirectory(dir.resolve("integrator"));
    EnvFiles.write(stack.endpoints()::toEnvironment, folder.resolve(".local/env"));
    String gateway = "127.0.0.1:" + port("gateway");
    String coreApi = "127.0.0.1:" + port("core-api");
    List<String> blocks =
        ShellBlocks.of("integrating.md", "From nothing to the first session", "sh").stream()
            .map(block -> block.replace("127.0.0.1:8080", gateway))
            .map(block -> block.replace("127.0.0.1:8090", coreApi))
            .toList();

    ShellBlocks.Ended ended = ShellBlocks.run(blocks, folder, READY_WITHIN);

    assertThat(ended.exit()).as(ended.err()).isZero();
    List<String> lines = ended.out().lines().filter(line -> !line.isBlank()).toList();
    assertThat(Json.MAPPER.readTree(lines.get(lines.size() - 3)))
        .isEqualTo(
            Json.MAPPER.readTree(
                "{\"accepted\":2,\"duplicates\":0,\"rejected\":[],\"warnings\":[]}"));
    assertThat(lines.get(lines.size() - 2))
        .contains(
            "\"media_id\":\"my-first-video\"",
            "\"media_type\":\"video/mp4\"",
            "\"ttfb_ms\":84",
            "\"timeline\":[{");
    assertThat(lines.get(lines.size() - 1)).isEqualTo("http://" + coreApi + "/");
    assertThat(ended.err()).doesNotContain("error: 404");
  }

  /** So that a warning means something. Before anything is broken on purpose. */
  @Test
  @Order(3)
  void noProgramStartsWithAWarning() throws Exception {
    for (Program program : PROGRAMS.values()) {
      assertThat(
              program
                  .log()
                  .lines()
                  .filter(line -> line.contains("WARN"))
                  .filter(line -> !OUTAGE.matcher(line).find()))
          .as(program.name())
          .isEmpty();
    }
  }

  @Test
  @Order(4)
  void everyMetricThatRulesAndDashboardNameIsExportedAndExplained() throws Exception {
    for (String server : List.of("gateway", "core-api")) {
      HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(server) + "/v1/none"))
                  .build(),
              HttpResponse.BodyHandlers.discarding());
    }
    MalformedRecords.pour(stack.endpoints().kafkaBootstrapServers(), MalformedRecords.any(12, 7));
    program("core-api")
        .awaitThat(
            "it counts dead letters",
            READY_WITHIN,
            () -> program("core-api").metrics().contains("kinebeam_dead_letters_total{"));
    program("telemetry")
        .awaitThat(
            "it exports a checkpoint",
            READY_WITHIN,
            () ->
                program("telemetry")
                    .metrics()
                    .contains("kinebeam_job_checkpoint_duration_seconds{"));
    program("archive")
        .awaitThat(
            "it exports its lag",
            READY_WITHIN,
            () -> program("archive").metrics().contains("kinebeam_archive_lag_seconds{"));

    Set<String> exported = new TreeSet<>();
    for (Program program : PROGRAMS.values()) {
      String text = program.metrics();
      Set<String> samples = all(SAMPLE, text);
      Set<String> explained = all(HELP, text);
      assertThat(samples)
          .as(program.name())
          .allSatisfy(
              sample ->
                  assertThat(explained)
                      .containsAnyOf(sample, sample.replaceAll("_(bucket|sum|count)$", "")));
      exported.addAll(samples);
    }
    assertThat(exported).containsAll(ObservabilityFiles.namedMetrics());
  }

  /** Its admin port may answer before it listens. */
  private static String port(String name) throws IOException {
    Program server = program(name);
    server.awaitThat("it listens", READY_WITHIN, () -> LISTENING.matcher(server.log()).find());
    return LISTENING
        .matcher(server.log())
        .results()
        .findFirst()
        .map(found -> found.group(1))
        .orElseThrow();
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  @Order(5)
  void kafkaThatHangsIsSeenByEveryProgram() throws Exception {
    hang(
        "kafka",
        "kafka",
        List.of("gateway", "worker", "archive", "telemetry", "render"),
        List.of());
  }

  @Test
  @Order(6)
  void postgresThatHangsIsSeen() throws Exception {
    hang(
        "postgres",
        "postgresql",
        List.of("gateway", "core-api", "worker", "telemetry", "render"),
        List.of());
  }

  @Test
  @Order(7)
  void anObjectStoreThatHangsIsSeenAndTheServersStayReady() throws Exception {
    hang("s3", "s3", List.of("archive", "render"), List.of("gateway", "core-api"));
  }

  @Test
  @Order(8)
  void aVideoHostThatHangsIsSeen() throws Exception {
    hang("bunny-stream", "video_host", List.of("render"), List.of());
  }

  /** Stops a service where it is, as a hung machine does: it still takes connections. */
  private static void hang(
      String service, String dependency, List<String> notReady, List<String> stillReady)
      throws Exception {
    List<Program> all = new ArrayList<>();
    notReady.forEach(name -> all.add(program(name)));
    stillReady.forEach(name -> all.add(program(name)));
    Map<String, Integer> before = new HashMap<>();
    for (Program program : all) {
      before.put(program.name(), program.log().length());
    }
    signal("STOP", service);
    try {
      long begun = System.nanoTime();
      for (Program program : all) {
        Duration left = SEEN_WITHIN.minusNanos(System.nanoTime() - begun);
        program.awaitThat(
            dependency + " is down in its metrics",
            left,
            () -> value(program, dependency).equals("0"));
        program.awaitThat(
            "a WARN names " + dependency,
            left,
            () -> news(program, before).contains(dependency + " at "));
        assertThat(news(program, before)).contains("WARN", "is unavailable (", "waiting for it: ");
        HttpResponse<String> ready = program.get("/readyz");
        assertThat(ready.statusCode())
            .as(program.name())
            .isEqualTo(stillReady.contains(program.name()) ? 200 : 503);
        assertThat(ready.body()).contains("\"name\":\"" + dependency + "\"");
      }
    } finally {
      signal("CONT", service);
    }
    for (Program program : all) {
      program.awaitThat(
          dependency + " is up again",
          READY_WITHIN,
          () ->
              value(program, dependency).equals("1")
                  && news(program, before).contains("is available again after "));
      assertThat(unavailable(news(program, before), dependency))
          .as("one WARN for each address in %s", program.name())
          .isNotEmpty()
          .doesNotHaveDuplicates();
    }
  }

  /** The addresses that a log says are unavailable, as often as it says so. */
  private static List<String> unavailable(String log, String dependency) {
    return Pattern.compile("\\b" + Pattern.quote(dependency) + " at (\\S+) is unavailable \\(")
        .matcher(log)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static String news(Program program, Map<String, Integer> before) throws IOException {
    return program.log().substring(before.get(program.name()));
  }

  /** The least of the dependency's addresses; empty when it is not exported. */
  private static String value(Program program, String dependency) throws IOException {
    return program
        .metrics()
        .lines()
        .filter(line -> line.startsWith("kinebeam_dependency_up{dependency=\"" + dependency + "\""))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .min(String::compareTo)
        .orElse("");
  }

  private static void signal(String signal, String service) throws Exception {
    long pid =
        stack.services().stream()
            .filter(one -> one.name().equals(service))
            .findFirst()
            .orElseThrow()
            .pid();
    assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  /** A script, since only a process's parent learns its exit status. */
  @Test
  @Order(9)
  void aRenderJobThatIsAskedToStopEndsWithZero() throws Exception {
    Path folder = Files.createDirectory(dir.resolve("stopped"));
    EnvFiles.write(stack.endpoints()::toEnvironment, folder.resolve(".local/env"));

    ShellBlocks.Ended ended =
        ShellBlocks.run(
            List.of(
                """
                set -a; . .local/env/render.env; set +a
                ./kinebeam render --kafka --dir=r --checkpoint-dir=c --admin-port=0 --flink-ui=0 >log 2>&1 &
                until page=$(grep -o 'frontend listening at http:[0-9./:]*[0-9]' log) &&
                  curl -fs "${page##* }/jobs/overview" | grep '"state":"RUNNING"'; do
                  kill -0 $!
                  sleep 0.2
                done
                kill -TERM $!
                ended=0
                wait $! || ended=$?
                echo "exit status $ended"
                """),
            folder,
            READY_WITHIN);

    assertThat(ended.out()).as(ended.err()).endsWith("exit status 0\n");
    assertThat(Files.readString(folder.resolve("log")))
        .contains("SIGTERM: stopping")
        .doesNotContain("ERROR");
  }

  @Test
  @Order(10)
  void logsAreJsonOnRequest() throws Exception {
    List<String> lines =
        program("archive").log().lines().filter(line -> line.startsWith("{")).toList();

    assertThat(lines).hasSizeGreaterThan(3);
    for (String line : lines) {
      JsonNode entry = Json.MAPPER.readTree(line);
      assertThat(entry.fieldNames())
          .toIterable()
          .containsExactly("time", "level", "logger", "thread", "request", "message", "exception");
    }
    assertThat(program("archive").log().lines().filter(line -> !line.startsWith("{")))
        .as("what is not a log line")
        .hasSize(1);
  }
}
