package dev.kinebeam.trials.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.past.PastSessions;
import dev.kinebeam.trials.past.PastVideo;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gateways as processes: the last release's on today's schema, and today's beside a stuck Core API.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GatewayProcessesIT {
  private static final int STREAMS = 200;
  private static final int STREAMS_OF_ONE_CLINIC = 25;

  /** As many as the Core API's pool has. */
  private static final int CONNECTIONS = 8;

  private static final int BATCHES = 1_000;
  private static final Duration LATEST = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final List<Clinics.Patient> PATIENTS = Clinics.patients(16);
  private static final Clinics.Clinic CLINIC = Clinics.ALL.get(0);
  private static final String SLUG = "neck-stretch";
  private static final String RECIPE =
      "{\"exercise\":\"neck-stretch\",\"sets\":[{\"side\":\"left\",\"reps\":5}]}";

  @TempDir static Path dir;

  private static LocalStack stack;
  private static ServerProcess gateway;
  private static ServerProcess coreApi;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start(StackSettings.forTests(dir.resolve("stack")));
    Endpoints endpoints = stack.endpoints();
    DemoDatabase database = new DemoDatabase(endpoints.database());
    database.fill(PATIENTS);
    database.people(PastSessions.people());
    PastSessions.before(
            Instant.now(),
            List.of(video(DemoDatabase.SHORT_EXERCISE), video(DemoDatabase.BROKEN_EXERCISE)))
        .write(DemoJobs.pipelineLogin(endpoints), database.owner());
    addBundle(endpoints);
    gateway = ServerProcess.gateway(endpoints, dir, 0);
    coreApi = ServerProcess.coreApi(endpoints, dir, 0, "--gateway-url=" + gateway.address());
  }

  @AfterAll
  static void stop() throws Exception {
    coreApi.close();
    gateway.close();
    stack.close();
  }

  private static PastVideo video(String slug) {
    return PastVideo.whole(slug, DemoDatabase.mediaId(slug), 60);
  }

  private static void addBundle(Endpoints endpoints) throws IOException {
    Endpoints.Login admin = endpoints.database().admin();
    try (Database owner =
            Database.open(
                new DatabaseSettings(endpoints.database().url(), admin.user(), admin.password()));
        ObjectStore store =
            ObjectStore.open(
                ObjectStoreSettings.fromEnvironment(
                    endpoints.toEnvironment(ProgramRole.GATEWAY)))) {
      new Exercises(owner).ensureRepsBased(SLUG, "Neck stretch", "media-2");
      String manifest =
          """
          {"exercise":"neck-stretch","reps_per_video_block":5,"counts_per_audio_master":20,
           "sides":["left"],"languages":["ro"]}
          """;
      store.put(SLUG + "/manifest.json", manifest.getBytes(UTF_8), "application/json");
      for (String slot : List.of("intro", "outro", "rep-left")) {
        store.put(SLUG + "/" + slot + "-video-1.mp4", new byte[1], "video/mp4");
        store.put(SLUG + "/audio/ro/" + slot + "-vo-1.mp3", new byte[1], "audio/mpeg");
      }
    }
  }

  @Test
  @Order(1)
  void theLastReleasesGatewayAnswersOnTodaysSchemaAsTodaysProgramsDo() throws Exception {
    execute(
        "INSERT INTO automations (automation_id, org_id, rule, subject, title, opened_at, evidence)"
            + " VALUES (gen_random_uuid(), '"
            + CLINIC.orgId()
            + "', 'cdn_issue', '', 'CDN issue affecting patients', now(), '{}')");
    String admin = Clinics.adminToken(secret(), CLINIC, Clock.systemUTC());
    String composer = stack.endpoints().composerToken();
    try (ServerProcess old =
        ServerProcess.gatewayOf(lastRelease(), stack.endpoints(), dir.resolve("last-release"))) {
      assertThat(post(old, PATIENTS.get(0), 3).statusCode()).isEqualTo(202);

      JsonNode sessions = same(old, admin, "/v1/media/sessions");
      assertThat(sessions.path("sessions")).isNotEmpty();
      String session = sessions.path("sessions").get(0).path("session_id").asText();
      assertThat(same(old, admin, "/v1/media/sessions/" + session).path("session_id").asText())
          .isEqualTo(session);
      assertThat(same(old, admin, "/v1/automations").path("automations")).hasSize(1);
      same(old, admin, "/v1/clinic/alert-thresholds");
      LocalDate today = LocalDate.now(ZoneOffset.UTC);
      same(
          old,
          admin,
          "/v1/clinic/video-health?from=%sT00:00:00Z&to=%sT00:00:00Z"
              .formatted(today.minusDays(7), today));

      HttpResponse<String> ordered =
          send(old, request(old, composer, "/v1/compose", RECIPE).header("Prefer", "wait=0"));
      assertThat(ordered.statusCode()).as(ordered.body()).isEqualTo(202);
      HttpResponse<String> again =
          send(
              gateway,
              request(gateway, composer, "/v1/compose", RECIPE).header("Prefer", "wait=0"));
      assertThat(again.headers().firstValue("Location"))
          .isEqualTo(ordered.headers().firstValue("Location"));
      String render = ordered.headers().firstValue("Location").orElseThrow();
      assertThat(send(old, request(old, composer, render, null)).statusCode())
          .isEqualTo(send(gateway, request(gateway, composer, render, null)).statusCode());
    }
  }

  /** The jars of the last release in front, and behind them today's libraries without our own. */
  private static String lastRelease() throws IOException {
    List<String> entries = new ArrayList<>();
    try (Stream<Path> jars =
        Files.list(ProjectHome.folder().resolve("lab/trials/src/test/last-release"))) {
      jars.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().forEach(entries::add);
    }
    assertThat(entries).isNotEmpty();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!isOurs(Path.of(entry))) {
        entries.add(entry);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static boolean isOurs(Path entry) throws IOException {
    if (!Files.isRegularFile(entry)) {
      return true;
    }
    try (JarFile jar = new JarFile(entry.toFile())) {
      return jar.stream().anyMatch(file -> file.getName().startsWith("dev/kinebeam/"));
    }
  }

  /** What the old gateway answers, after comparing it with the Core API's answer. */
  private JsonNode same(ServerProcess old, String token, String path) throws Exception {
    HttpResponse<String> before = send(old, request(old, token, path, null));
    HttpResponse<String> now = send(coreApi, request(coreApi, token, path, null));
    assertThat(before.statusCode()).as("%s: %s", path, before.body()).isEqualTo(200);
    JsonNode answer = Json.MAPPER.readTree(before.body());
    assertKept(path, answer, Json.MAPPER.readTree(now.body()));
    return answer;
  }

  /** Today's answer has every field of the earlier one, with its value, and may have more. */
  private static void assertKept(String where, JsonNode before, JsonNode now) {
    if (before.isObject()) {
      before
          .properties()
          .forEach(
              field ->
                  assertKept(
                      where + "/" + field.getKey(), field.getValue(), now.path(field.getKey())));
    } else if (before.isArray()) {
      assertThat(now.size()).as(where).isEqualTo(before.size());
      for (int i = 0; i < before.size(); i++) {
        assertKept(where + "/" + i, before.get(i), now.get(i));
      }
    } else if (!before.isNull()) {
      assertThat(now).as(where).isEqualTo(before);
    }
  }

  @Test
  @Order(2)
  void nothingThatHappensToTheCoreApiDelaysAnEvent() throws Exception {
    // A gateway that has been in use: the first requests of a new one load its classes.
    for (Clinics.Patient patient : PATIENTS) {
      accepted(patient);
    }
    List<Socket> streams = new ArrayList<>();
    try (Connection locker = owner();
        Statement lock = locker.createStatement()) {
      for (int i = 0; i < STREAMS; i++) {
        streams.add(stream(new UUID(0, 1 + i / STREAMS_OF_ONE_CLINIC)));
      }
      locker.setAutoCommit(false);
      lock.execute("LOCK TABLE automations IN ACCESS EXCLUSIVE MODE");
      exhaustPool();
      signal("STOP");
      try {
        List<Duration> answers = batches();
        assertThat(Collections.max(answers)).as("the latest of %d", BATCHES).isLessThan(LATEST);
      } finally {
        signal("CONT");
        locker.rollback();
      }
    } finally {
      for (Socket stream : streams) {
        stream.close();
      }
    }
  }

  /** A stream of automations that has begun. */
  private static Socket stream(UUID clinic) throws IOException {
    String token =
        Clinics.token(secret(), clinic, UUID.randomUUID(), "clinic_admin", Clock.systemUTC());
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), coreApi.port());
    socket.setSoTimeout((int) LIMIT.toMillis());
    socket
        .getOutputStream()
        .write(
            ("GET /v1/automations/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + token
                    + "\r\n\r\n")
                .getBytes(UTF_8));
    String status =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
    assertThat(status).startsWith("HTTP/1.1 200");
    return socket;
  }

  /** Sends look-ups that wait for the locked table until each connection of the pool has one. */
  private void exhaustPool() throws Exception {
    String admin = Clinics.adminToken(secret(), CLINIC, Clock.systemUTC());
    List<CompletableFuture<HttpResponse<Void>>> lookUps = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS * 2; i++) {
      lookUps.add(
          http.sendAsync(
              request(coreApi, admin, "/v1/automations", null).build(),
              HttpResponse.BodyHandlers.discarding()));
    }
    String waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'kb_core_api'"
            + " AND wait_event_type = 'Lock'";
    try (Connection admins = owner();
        PreparedStatement count = admins.prepareStatement(waiting)) {
      // One connection may be the relay's, which waits for no table.
      Eventually.until(
          "the connections wait",
          () -> {
            try (ResultSet row = count.executeQuery()) {
              return row.next() && row.getInt(1) >= CONNECTIONS - 1;
            }
          });
    }
    assertThat(lookUps).noneMatch(CompletableFuture::isCompletedExceptionally);
  }

  private List<Duration> batches() throws Exception {
    ExecutorService players = Executors.newFixedThreadPool(8);
    try {
      List<Future<Duration>> sent = new ArrayList<>();
      for (int i = 0; i < BATCHES; i++) {
        Clinics.Patient patient = PATIENTS.get(i % PATIENTS.size());
        sent.add(players.submit(() -> accepted(patient)));
      }
      List<Duration> answers = new ArrayList<>();
      for (Future<Duration> one : sent) {
        answers.add(one.get());
      }
      return answers;
    } finally {
      players.shutdownNow();
    }
  }

  private Duration accepted(Clinics.Patient patient) throws Exception {
    long begun = System.nanoTime();
    HttpResponse<String> answer = post(gateway, patient, 5);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private HttpResponse<String> post(ServerProcess server, Clinics.Patient patient, int events)
      throws Exception {
    UUID session = UUID.randomUUID();
    String body =
        Stream.iterate(0, seq -> seq + 1)
            .limit(events)
            .map(
                seq ->
                    """
                    {"event":"heartbeat","session_id":"%s","seq":%d,\
                    "timestamp":"%s","data":{"position_seconds":%d}}\
                    """
                        .formatted(session, seq, Clock.systemUTC().instant(), seq))
            .collect(Collectors.joining(",", "{\"events\":[", "]}"));
    String token =
        Clinics.token(
            secret(), patient.clinic().orgId(), patient.patientId(), "patient", Clock.systemUTC());
    return send(server, request(server, token, "/v1/media/events", body));
  }

  private static HttpRequest.Builder request(
      ServerProcess server, String token, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + token);
    return body == null
        ? request
        : request
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(ServerProcess server, HttpRequest.Builder request)
      throws Exception {
    assertThat(server.handle().isAlive()).isTrue();
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String secret() {
    return stack.endpoints().authSecret();
  }

  private static void signal(String signal) throws Exception {
    Process kill =
        new ProcessBuilder(List.of("kill", "-" + signal, Long.toString(coreApi.handle().pid())))
            .start();
    assertThat(kill.waitFor(5, TimeUnit.SECONDS) && kill.exitValue() == 0).isTrue();
  }

  private static Connection owner() throws SQLException {
    return new DemoDatabase(stack.endpoints().database()).owner().getConnection();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection owner = owner();
        Statement statement = owner.createStatement()) {
      statement.execute(sql);
    }
  }
}
