package dev.kinebeam.trials.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderBulks;
import dev.kinebeam.coreapi.CoreApi;
import dev.kinebeam.gateway.Gateway;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.kafka.TopicRecords;
import dev.kinebeam.trials.servers.ServersInProcess;
import dev.kinebeam.worker.Worker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The gateway and the pages between real clients and the real Kafka, PostgreSQL and S3. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GatewayIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final UUID ORG = UUID.randomUUID();
  private static final UUID PATIENT = UUID.randomUUID();
  private static final UUID SESSION = UUID.randomUUID();
  private static final String SLUG = "lumbar-detensioning";
  private static final String RECIPE =
      """
      {"exercise":"lumbar-detensioning","sets":[{"side":"left","reps":5}]}
      """;
  private static final String MANIFEST =
      """
      {"exercise":"lumbar-detensioning","reps_per_video_block":5,"counts_per_audio_master":20,
       "sides":["left"],"languages":["ro"]}
      """;

  @TempDir static Path dataDir;

  private static LocalStack stack;
  private static Gateway gateway;
  private static CoreApi coreApi;
  private static Worker worker;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start(StackSettings.forTests(dataDir));
    Endpoints endpoints = stack.endpoints();
    addPatient(endpoints);
    addBundle(endpoints);
    gateway = ServersInProcess.gateway(endpoints);
    coreApi = ServersInProcess.coreApi(endpoints);
    worker = ServersInProcess.worker(endpoints);
  }

  @AfterAll
  static void stop() throws Exception {
    worker.close();
    coreApi.close();
    gateway.close();
    stack.close();
  }

  private static void addPatient(Endpoints endpoints) throws Exception {
    Endpoints.Login admin = endpoints.database().admin();
    try (Connection connection =
        DriverManager.getConnection(endpoints.database().url(), admin.user(), admin.password())) {
      execute(connection, "INSERT INTO organizations (org_id, name) VALUES (?, 'Clinic')", ORG);
      execute(
          connection,
          "INSERT INTO consents (org_id, patient_id, purpose, active) VALUES (?, ?, 'analytics',"
              + " true)",
          ORG,
          PATIENT);
    }
  }

  private static void execute(Connection connection, String sql, Object... values)
      throws Exception {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  private static Database ownerDatabase() {
    Endpoints.Login admin = stack.endpoints().database().admin();
    return Database.open(
        new DatabaseSettings(stack.endpoints().database().url(), admin.user(), admin.password()));
  }

  private static void addBundle(Endpoints endpoints) throws Exception {
    try (Database owner = ownerDatabase();
        ObjectStore store =
            ObjectStore.open(
                ObjectStoreSettings.fromEnvironment(
                    endpoints.toEnvironment(ProgramRole.GATEWAY)))) {
      new Exercises(owner).ensureRepsBased(SLUG, "Lumbar detensioning", "media-1");
      store.put(SLUG + "/manifest.json", MANIFEST.getBytes(UTF_8), "application/json");
      for (String slot : List.of("intro", "outro", "rep-left")) {
        store.put(SLUG + "/" + slot + "-video-1.mp4", new byte[1], "video/mp4");
        store.put(SLUG + "/audio/ro/" + slot + "-vo-1.mp3", new byte[1], "audio/mpeg");
      }
    }
  }

  private static String patientToken() throws Exception {
    return token("patient");
  }

  private static String token(String role) throws Exception {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .subject(PATIENT.toString())
            .claim("org_id", ORG.toString())
            .claim("role", role)
            .expirationTime(Date.from(Instant.now().plusSeconds(600)))
            .build();
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    token.sign(new MACSigner(stack.endpoints().authSecret().getBytes(UTF_8)));
    return token.serialize();
  }

  private static HttpResponse<String> post(String path, String token, String body, String prefer)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Prefer", prefer)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> postEvents(int count) throws Exception {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(
          """
          {"event":"pause","session_id":"%s","timestamp":"2026-11-21T10:00:00.000Z",\
          "data":{"position_seconds":%d}}\
          """
              .formatted(SESSION, i));
    }
    events.add("{\"event\":\"rewind\"}");
    String body = "{\"events\":[" + String.join(",", events) + "]}";
    return post("/v1/media/events", patientToken(), body, "");
  }

  private static HttpResponse<String> admin(String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.adminPort() + path))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static List<ConsumerRecord<String, byte[]>> read(String topic) {
    return TopicRecords.all(stack.endpoints().kafkaBootstrapServers(), topic);
  }

  @Test
  @Order(1)
  void is_ready() throws Exception {
    Eventually.until("all is probed", () -> !admin("/readyz").body().contains("not probed yet"));
    assertThat(admin("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  @Order(2)
  void what_was_answered_202_is_in_kafka() throws Exception {
    HttpResponse<String> answer = postEvents(100);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);

    List<ConsumerRecord<String, byte[]>> taken = read(Topics.MEDIA_EVENTS);
    assertThat(taken).hasSize(100).allMatch(entry -> entry.key().equals(SESSION.toString()));
    MediaRecord.Reader reader = new MediaRecord.Reader();
    assertThat(taken)
        .allSatisfy(
            entry -> {
              MediaRecord record = ((MediaRecord.Accepted) reader.read(entry.value())).record();
              assertThat(record.orgId()).isEqualTo(ORG);
              assertThat(record.patientId()).isEqualTo(PATIENT);
            });
    assertThat(taken.stream().map(ConsumerRecord::partition).distinct()).hasSize(1);

    List<ConsumerRecord<String, byte[]>> deadLetters = read(Topics.MEDIA_EVENTS_REJECTED);
    assertThat(deadLetters).hasSize(1);
    DeadLetter deadLetter = DeadLetter.decode(deadLetters.get(0).value());
    assertThat(deadLetter.originalBytes()).isEqualTo("{\"event\":\"rewind\"}".getBytes(UTF_8));
  }

  @Test
  @Tag("browser")
  @Order(3)
  void a_beacon_of_another_origin_is_in_kafka_without_its_token() throws Exception {
    int before = read(Topics.MEDIA_EVENTS).size();
    String body =
        """
        {"token":"%s","events":[{"event":"pause","session_id":"%s",\
        "timestamp":"2026-11-21T10:00:00.000Z","data":{"position_seconds":999}}]}\
        """
            .formatted(patientToken(), SESSION);
    List<String> methods = GatewayBrowser.beacon(gateway.adminPort(), gateway.port(), body);
    List<ConsumerRecord<String, byte[]>> taken = read(Topics.MEDIA_EVENTS);
    while (taken.size() == before) {
      taken = read(Topics.MEDIA_EVENTS);
    }
    assertThat(methods).doesNotContain("OPTIONS");
    String value = new String(taken.get(before).value(), UTF_8);
    assertThat(value).contains("999").contains(PATIENT.toString()).doesNotContain("token", "eyJ");
  }

  @Test
  @Order(3)
  void a_waiting_order_is_answered_when_the_result_arrives() throws Exception {
    String composer = stack.endpoints().composerToken();
    HttpResponse<String> first = post("/v1/compose", composer, RECIPE, "wait=0");
    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    ComposeOrder order = order();

    CompletableFuture<HttpResponse<String>> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return post("/v1/compose", composer, RECIPE, "wait=20");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    finish(order);
    HttpResponse<String> answer = waiting.get();
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode render = Json.MAPPER.readTree(answer.body());
    assertThat(render.path("bunny_video_id").asText()).isEqualTo("video-1");
    assertThat(render.path("playback_hls_url").asText())
        .startsWith(stack.endpoints().videoHost().cdn().toString())
        .endsWith("/video-1/playlist.m3u8");
    assertThat(read(Topics.COMPOSE_REQUESTS)).hasSize(1);
  }

  private static ComposeOrder order() {
    // The worker relays it some milliseconds later.
    List<ConsumerRecord<String, byte[]>> orders = awaitRecords(Topics.COMPOSE_REQUESTS, 1);
    assertThat(orders).hasSize(1);
    return ((ComposeOrder.Valid) ComposeOrder.parse(orders.get(0).value())).order().with("", 0);
  }

  /** What the render job does at the end: the row first, then the word that it is there. */
  private static void finish(ComposeOrder order) throws Exception {
    try (Database owner = ownerDatabase();
        KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.endpoints().kafkaBootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
      new ExerciseRenders(owner)
          .ready(
              order,
              new Render.Outcome(
                  "bunny", "video-1", 20, Optional.empty(), Optional.empty(), List.of()));
      producer
          .send(
              new ProducerRecord<>(
                  Topics.RENDER_RESULTS, order.renderId().toString(), "{}".getBytes(UTF_8)))
          .get();
    }
  }

  /** No job runs: what the composers were given stays on its way until it is recorded as ready. */
  @Test
  @Order(4)
  void a_bulk_leaves_room_for_an_order_that_somebody_waits_for() throws Exception {
    List<ComposeOrder> bulk =
        IntStream.rangeClosed(2, 21)
            .mapToObj(sets -> orderOf(Collections.nCopies(sets, 5)))
            .toList();
    try (Database owner = ownerDatabase()) {
      new RenderBulks(owner).order(bulk, "an operator");
      List<ConsumerRecord<String, byte[]>> first = awaitRecords(Topics.COMPOSE_REQUESTS_BULK, 8);
      assertThat(first).hasSize(8);
      Set<String> sent = first.stream().map(ConsumerRecord::key).collect(Collectors.toSet());
      String recipe = RECIPE.replace("\"reps\":5", "\"reps\":20");
      String composer = stack.endpoints().composerToken();
      assertThat(post("/v1/compose", composer, recipe, "respond-async").statusCode())
          .isEqualTo(202);
      assertThat(awaitRecords(Topics.COMPOSE_REQUESTS, 2)).hasSize(2);
      assertThat(read(Topics.COMPOSE_REQUESTS_BULK)).as("none before it").hasSize(8);
      for (ComposeOrder order : bulk.stream().filter(one -> isOf(sent, one)).limit(3).toList()) {
        finish(order);
      }
      assertThat(awaitRecords(Topics.COMPOSE_REQUESTS_BULK, 11)).hasSize(11);
    }
  }

  private static boolean isOf(Set<String> sent, ComposeOrder order) {
    return sent.contains(order.renderId().toString());
  }

  private static ComposeOrder orderOf(List<Integer> reps) {
    List<SetSpec> sets = reps.stream().map(each -> new SetSpec("left", each)).toList();
    return new ComposeOrder(new Recipe(SLUG, "ro", sets, null, false), 1, false);
  }

  private static List<ConsumerRecord<String, byte[]>> awaitRecords(String topic, int number) {
    List<ConsumerRecord<String, byte[]>> records = List.of();
    while (records.size() < number) {
      records = read(topic);
    }
    return records;
  }

  @Test
  @Order(5)
  void an_unavailable_kafka_is_reported_in_bounded_time() throws Exception {
    long kafka =
        stack.services().stream()
            .filter(service -> service.name().equals("kafka"))
            .findFirst()
            .orElseThrow()
            .pid();
    // A stopped process keeps its connections and answers nothing.
    assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(kafka)).start().waitFor())
        .isZero();
    assertRefusedSoon();
    String recipe = RECIPE.replace("\"reps\":5", "\"reps\":15");
    assertThat(
            post("/v1/compose", stack.endpoints().composerToken(), recipe, "respond-async")
                .statusCode())
        .as("an order is durable without Kafka")
        .isEqualTo(202);
    ProcessHandle process = ProcessHandle.of(kafka).orElseThrow();
    process.destroyForcibly();
    process.onExit().get();
    assertRefusedSoon();
    long probed = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    HttpResponse<String> ready = admin("/readyz");
    while (ready.statusCode() == 200 && System.nanoTime() < probed) {
      ready = admin("/readyz");
    }
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("\"unreachable\":[\"kafka\"]");
    assertThat(admin("/livez").statusCode()).isEqualTo(200);
  }

  private static void assertRefusedSoon() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Future<Duration>> waits = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        waits.add(callers.submit(GatewayIT::refusal));
      }
      List<Duration> sorted = new ArrayList<>();
      for (Future<Duration> wait : waits) {
        sorted.add(wait.get());
      }
      Collections.sort(sorted);
      assertThat(sorted.get(39)).as("the longest of 40").isLessThan(Duration.ofSeconds(2));
    } finally {
      callers.shutdownNow();
    }
  }

  private static Duration refusal() throws Exception {
    long begun = System.nanoTime();
    HttpResponse<String> answer = postEvents(25);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("5");
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}
