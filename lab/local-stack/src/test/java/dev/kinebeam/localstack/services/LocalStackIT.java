package dev.kinebeam.localstack.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.kinebeam.catalog.host.BunnyStream;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.localstack.services.Endpoints.Login;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.programs.process.PidFile;
import dev.kinebeam.programs.process.ProgramFailedException;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.schemas.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stack as programs find it: real clients against real servers. */
class LocalStackIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir Path dataDir;

  @Test
  void what_was_stored_is_there_after_crashes_a_clean_stop_and_a_second_start() throws Exception {
    List<Long> pids;
    try (LocalStack stack = LocalStack.start(StackSettings.forTests(dataDir))) {
      assertThat(stack.versions())
          .containsEntry("kafka", "4.1.1")
          .containsEntry("postgres", "17.6")
          .containsEntry("s3", "S3Proxy-4.1.0")
          .containsKey("bunny-stream");
      send(stack, "hello");
      try (ObjectStore store = objectStore(stack)) {
        putAndGet(store);
      }
      sql(stack.endpoints().database().admin(), stack, "CREATE TABLE kept AS SELECT 42 AS answer");
      programsLogInWithTheirOwnRightsOnly(stack);
      secondStackIsRefused();
      othersCanEnterNothing();
      killedAndRevivedTheyHaveTheirPortsTheirDataAndTheirLogins(stack);
      pids = pids(stack);
    }
    assertThat(pids).hasSize(4).noneMatch(LocalStackIT::isAlive);

    try (LocalStack stack = LocalStack.start(StackSettings.forTests(dataDir))) {
      assertThat(receive(stack)).containsExactly("hello");
      try (ObjectStore store = objectStore(stack)) {
        assertThat(store.read("a/b/one.txt")).isEqualTo(bytes("one"));
      }
      assertThat(sql(stack.endpoints().database().admin(), stack, "SELECT answer FROM kept"))
          .contains("42");
      assertThat(bunny(stack).status("nobody")).isEqualTo(new HostedStatus.Gone());
    }
  }

  @Test
  void a_run_killed_without_warning_leaves_nothing_that_hinders_the_next() throws Exception {
    Process program = startStackProgram();
    Map<String, Long> left = new HashMap<>();
    try (BufferedReader output = program.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); !"up".equals(line); line = output.readLine()) {
        assertThat(line).as("the program must not end before it is up").isNotNull();
        left.put(line.split(" ", 2)[0], Long.parseLong(line.split(" ", 2)[1]));
      }
      program.destroyForcibly();
      assertThat(program.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(left).containsOnlyKeys("kafka", "postgres", "s3", "bunny-stream");
    assertThat(isAlive(left.get("postgres"))).isTrue();

    List<String> lines = new ArrayList<>();
    StackSettings again = StackSettings.forTests(dataDir).withProgress(lines::add);
    try (LocalStack stack = LocalStack.start(again)) {
      assertThat(left.values()).noneMatch(LocalStackIT::isAlive);
      send(stack, "alive");
      assertThat(receive(stack)).containsExactly("alive");
    }
    assertThat(lines).contains("stopping postgres of an earlier run");
  }

  @Test
  void a_database_killed_in_its_first_start_is_made_anew() throws Exception {
    // What initdb leaves behind when it is killed: no server ever starts on it.
    Files.createDirectories(dataDir.resolve("postgres").resolve("base"));
    Files.writeString(dataDir.resolve("postgres").resolve("PG_VERSION"), "17\n");
    Files.createFile(dataDir.resolve("postgres-first-start"));
    try (LocalStack stack = LocalStack.start(StackSettings.forTests(dataDir))) {
      assertThat(sql(stack.endpoints().database().admin(), stack, "SELECT 42")).contains("42");
    }
    assertThat(dataDir.resolve("postgres-first-start")).doesNotExist();
  }

  @Test
  void a_service_that_cannot_start_is_named_with_its_log_and_the_others_are_stopped()
      throws Exception {
    // A folder where the broker expects a file.
    Files.createDirectories(dataDir.resolve("kafka").resolve("meta.properties"));
    assertThatThrownBy(() -> LocalStack.start(StackSettings.forTests(dataDir)))
        .isInstanceOf(ProgramFailedException.class)
        .hasMessageContaining("kafka ended before it was ready")
        .hasMessageContaining("logs/kafka.log")
        .hasMessageContaining("meta.properties");
    assertThat(new PostmasterPidFile(dataDir.resolve("postgres")).running()).isEmpty();
    assertThat(new PidFile(dataDir.resolve("run/s3.pid")).running()).isEmpty();
  }

  @Test
  void a_file_where_a_services_folder_belongs_is_named_and_the_others_are_stopped()
      throws Exception {
    Files.createDirectories(dataDir);
    Files.writeString(dataDir.resolve("s3"), "a file where the folder should be");
    assertThatThrownBy(() -> LocalStack.start(StackSettings.forTests(dataDir)))
        .isInstanceOf(ProgramFailedException.class)
        .hasMessageContaining("s3 cannot start: " + dataDir.resolve("s3") + " is a file")
        .hasMessageContaining("move the file away");
    assertThat(new PostmasterPidFile(dataDir.resolve("postgres")).running()).isEmpty();
    assertThat(new PidFile(dataDir.resolve("run/kafka.pid")).running()).isEmpty();
  }

  private void killedAndRevivedTheyHaveTheirPortsTheirDataAndTheirLogins(LocalStack stack)
      throws Exception {
    Login pipeline = stack.endpoints().database().programs().get(ProgramRole.PIPELINE);
    List<Long> first = pids(stack);
    for (String service : List.of("kafka", "postgres")) {
      stack.kill(service);
      stack.revive(service);
    }
    assertThat(receive(stack)).containsExactly("hello");
    assertThat(sql(stack.endpoints().database().admin(), stack, "SELECT answer FROM kept"))
        .contains("42");
    assertThat(sql(pipeline, stack, "SELECT current_user")).contains(pipeline.user());
    assertThat(pids(stack)).hasSize(4).doesNotContainSequence(first);
  }

  private void othersCanEnterNothing() throws IOException {
    List<Path> folders = new ArrayList<>(List.of(PostgresService.binaries().getParent()));
    try (Stream<Path> inside = Files.list(dataDir)) {
      // What this test downloads is not the stack's.
      inside
          .filter(Files::isDirectory)
          .filter(folder -> !folder.endsWith("down"))
          .forEach(folders::add);
    }
    assertThat(folders).hasSizeGreaterThan(5);
    for (Path folder : folders) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .as(folder.toString())
          .isEqualTo("rwx------");
    }
  }

  private void secondStackIsRefused() {
    assertThatThrownBy(() -> LocalStack.start(StackSettings.forTests(dataDir)))
        .isInstanceOf(ProgramFailedException.class)
        .hasMessageContaining("another stack is running");
  }

  private static void programsLogInWithTheirOwnRightsOnly(LocalStack stack) throws SQLException {
    for (ProgramRole role : ProgramRole.values()) {
      Login login = stack.endpoints().database().programs().get(role);
      assertThat(
              sql(
                  login,
                  stack,
                  "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles"
                      + " WHERE rolname = current_user"))
          .contains("f");
      assertThat(
              sql(
                  login,
                  stack,
                  "SELECT pg_has_role(current_user, '" + role.group() + "', 'USAGE')"))
          .contains("t");
      assertThatThrownBy(() -> sql(new Login(login.user(), "guessed"), stack, "SELECT 1"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
    }
    assertThatThrownBy(() -> sql(new Login("postgres", ""), stack, "SELECT 1"))
        .isInstanceOf(SQLException.class);
  }

  private void putAndGet(ObjectStore store) throws Exception {
    store.put("a/b/one.txt", bytes("one"), "text/plain");
    Path file = Files.writeString(dataDir.resolve("two.txt"), "two two");
    store.put("a/two.txt", file, "text/plain");

    assertThat(store.list("a/"))
        .extracting("key", "bytes")
        .containsExactly(tuple("a/b/one.txt", 3L), tuple("a/two.txt", 7L));
    assertThat(store.head("a/two.txt").orElseThrow().etag()).isNotBlank();
    assertThat(store.exists("a/three.txt")).isFalse();
    store.download("a/two.txt", dataDir.resolve("down/two.txt"));
    assertThat(dataDir.resolve("down/two.txt")).hasContent("two two");
    assertThat(dataDir.resolve("down")).isDirectoryNotContaining("glob:**.download-*");
    assertThatThrownBy(() -> store.read("a/three.txt"))
        .isInstanceOf(ObjectStoreException.Missing.class)
        .hasMessageContaining("a/three.txt");

    URI signed = store.presignGet("a/two.txt", Duration.ofMinutes(1));
    HttpClient http = HttpClient.newHttpClient();
    assertThat(http.send(HttpRequest.newBuilder(signed).build(), BodyHandlers.ofString()).body())
        .isEqualTo("two two");
    URI tampered = URI.create(signed.toString().replace("X-Amz-Signature=", "X-Amz-Signature=0"));
    assertThat(
            http.send(HttpRequest.newBuilder(tampered).build(), BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(403);
    store.delete("a/two.txt");
    assertThat(store.exists("a/two.txt")).isFalse();
  }

  private static ObjectStore objectStore(LocalStack stack) {
    return ObjectStore.open(
        ObjectStoreSettings.fromEnvironment(stack.endpoints().toEnvironment(ProgramRole.RENDER)));
  }

  private static BunnyStream bunny(LocalStack stack) {
    return BunnyStream.open(
        BunnyStreamSettings.fromEnvironment(stack.endpoints().toEnvironment(ProgramRole.RENDER)));
  }

  private static void send(LocalStack stack, String value) throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", stack.endpoints().kafkaBootstrapServers(),
            "acks", "all",
            "compression.type", "zstd");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer
          .send(new ProducerRecord<>(Topics.MEDIA_EVENTS_REJECTED, "key", value))
          .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** What the topic holds now; at least one record is waited for. */
  private static List<String> receive(LocalStack stack) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            stack.endpoints().kafkaBootstrapServers(),
            "auto.offset.reset",
            "earliest");
    TopicPartition partition = new TopicPartition(Topics.MEDIA_EVENTS_REJECTED, 0);
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer.poll(TIMEOUT).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }

  /** Runs one statement; the first column of its first row, if it has rows. */
  private static Optional<String> sql(Login login, LocalStack stack, String statement)
      throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                stack.endpoints().database().url(), login.user(), login.password());
        Statement sql = connection.createStatement()) {
      if (!sql.execute(statement)) {
        return Optional.empty();
      }
      try (ResultSet rows = sql.getResultSet()) {
        rows.next();
        return Optional.of(rows.getString(1));
      }
    }
  }

  private Process startStackProgram() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx256m",
            "-Dkinebeam.home=" + System.getProperty(ProjectHome.PROPERTY, ""),
            StackProgram.class.getName(),
            dataDir.toString());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static List<Long> pids(LocalStack stack) {
    return stack.services().stream().map(ServiceReport::pid).toList();
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
