package dev.kinebeam.trials.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.CoreApi;
import dev.kinebeam.gateway.Gateway;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.pipelines.sessions.TakeOver;
import dev.kinebeam.programs.deadletters.DeadLettersMain;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.kafka.TopicRecords;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.servers.ServersInProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What was refused, in the real Kafka: counted, listed, shown, and sent again. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeadLettersIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final UUID SESSION = UUID.randomUUID();

  /** The twentieth does not consent. */
  private static final List<Clinics.Patient> PATIENTS = Clinics.patients(20);

  private static final Clinics.Patient PATIENT = PATIENTS.get(0);
  private static final Clinics.Patient REFUSES = PATIENTS.get(19);

  @TempDir static Path dir;

  private static LocalStack stack;
  private static Gateway gateway;
  private static CoreApi coreApi;

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start(StackSettings.forTests(dir));
    new DemoDatabase(stack.endpoints().database()).fill(PATIENTS);
    gateway = ServersInProcess.gateway(stack.endpoints());
    coreApi = ServersInProcess.coreApi(stack.endpoints());
  }

  @AfterAll
  static void stop() throws Exception {
    coreApi.close();
    gateway.close();
    stack.close();
  }

  /**
   * Dead letters of an older gateway and job, whose parsers refused what passes by now; and others.
   */
  @Test
  @Order(1)
  void everyDeadLetterIsListedByItsSourceAndReason() throws Exception {
    post("{\"events\":[{\"event\":\"dance\"}," + event("play", "2026-11-21T10:00:00Z") + "]}");
    ConsumerRecord<String, byte[]> ofGateway = read(Topics.MEDIA_EVENTS_REJECTED).get(0);
    write(likeOneOf(ofGateway, PATIENT, "unknown_event", event("pause", "2026-11-21T10:01:00Z")));
    write(likeOneOf(ofGateway, REFUSES, "unknown_event", event("pause", "2026-11-21T10:02:00Z")));
    write(likeOneOf(ofGateway, PATIENT, "out_of_range", event("pause", "2060-11-21T10:03:00Z")));
    byte[] value = read(Topics.MEDIA_EVENTS).get(0).value();
    FieldError version = new FieldError("v", "not_allowed", "v is 2; this reader knows 1");
    write(deadLetter(DeadLetter.of("telemetry", Topics.MEDIA_EVENTS, 1, 7, version, value)));
    write(
        deadLetter(
            new TakeOver(
                    SESSION,
                    PATIENT.clinic().orgId(),
                    PATIENT.patientId(),
                    UUID.randomUUID(),
                    3,
                    1,
                    2)
                .deadLetter()));
    write(new ProducerRecord<>(Topics.MEDIA_EVENTS_REJECTED, "not a dead letter".getBytes(UTF_8)));

    Said said = run("list", "--json");

    assertThat(said.exit).as(said.err).isZero();
    assertThat(said.json().stream().map(DeadLettersIT::kind).toList())
        .containsExactly(
            "gateway out_of_range 1",
            "gateway unknown_event 3",
            "telemetry not_allowed 1",
            "telemetry session_of_another 1",
            "unknown no_letter 1");
    assertThat(run("list", "--each", "--reason=no_letter").out)
        .contains("unknown", "no_letter")
        .containsPattern("(?m)^0:6 ")
        .doesNotContain("gateway");
  }

  private static String kind(JsonNode row) {
    return String.join(
        " ",
        row.path("source").asText(),
        row.path("reason").asText(),
        row.path("letters").asText());
  }

  @Test
  @Order(2)
  void oneDeadLetterIsShownWithItsBytes() {
    assertThat(run("show", "0:1").out)
        .contains("place     0:1", "source    gateway", "reason    unknown_event")
        .contains("patient_id " + PATIENT.patientId())
        .contains(event("pause", "2026-11-21T10:01:00Z"));
    assertThat(run("show", "0:4").out).contains("record    media-events 1:7");
    JsonNode shown = run("show", "0:5", "--json").json().get(0);
    assertThat(shown.at("/letter/reason/code").asText()).isEqualTo("session_of_another");

    Said none = run("show", "0:7");
    assertThat(none.exit).isEqualTo(1);
    assertThat(none.err).contains("there is no dead letter at 0:7");
    Said wrong = run("show", "seven");
    assertThat(wrong.exit).isEqualTo(2);
    assertThat(wrong.err).contains("PARTITION:OFFSET");
  }

  @Test
  @Order(3)
  void aDryRunReportsWhatWouldPassAndSendsNothing() {
    int before = read(Topics.MEDIA_EVENTS).size();

    Said said = run("replay", "--reason=unknown_event", "--dry-run", "--json");

    assertThat(said.exit).as(said.err).isZero();
    JsonNode outcome = said.json().get(0);
    assertThat(outcome.path("letters").asInt()).isEqualTo(3);
    assertThat(outcome.path("would_send").asInt()).isEqualTo(1);
    assertThat(codes(outcome)).containsExactlyInAnyOrder("unknown_event", "no_consent");
    assertThat(read(Topics.MEDIA_EVENTS)).hasSize(before);
    assertThat(run("replay").exit).as("neither --reason nor --all").isEqualTo(2);
  }

  @Test
  @Order(4)
  void whatPassesNowIsSentAndASecondReplayIsTheSameEvent() {
    int before = read(Topics.MEDIA_EVENTS).size();

    Said first = run("replay", "--reason=unknown_event", "--json");
    Said second = run("replay", "--reason=unknown_event", "--json");

    assertThat(first.json().get(0).path("sent").asInt()).as(first.err).isEqualTo(1);
    assertThat(second.out).isEqualTo(first.out);
    List<ConsumerRecord<String, byte[]>> sent =
        read(Topics.MEDIA_EVENTS).stream().filter(DeadLettersIT::isReplayed).toList();
    assertThat(read(Topics.MEDIA_EVENTS)).hasSize(before + 2);
    assertThat(sent).hasSize(2);
    MediaRecord record = event(sent.get(0));
    assertThat(record.orgId()).isEqualTo(PATIENT.clinic().orgId());
    assertThat(record.patientId()).isEqualTo(PATIENT.patientId());
    assertThat(sent.get(0).key()).isEqualTo(SESSION.toString());
    assertThat(sent.get(1).key()).isEqualTo(sent.get(0).key());
    assertThat(sent.get(1).value()).isEqualTo(sent.get(0).value());
    assertThat(event(sent.get(1)).event().eventId()).isEqualTo(record.event().eventId());
  }

  @Test
  @Order(5)
  void whatIsBeyondReplayStaysWhereItIs() {
    Said said = run("replay", "--all", "--json");

    JsonNode outcome = said.json().get(0);
    assertThat(said.exit).as(said.err).isZero();
    assertThat(outcome.path("letters").asInt()).isEqualTo(7);
    assertThat(outcome.path("sent").asInt()).as("one of each program").isEqualTo(2);
    assertThat(codes(outcome))
        .containsExactlyInAnyOrder(
            "unknown_event", "no_consent", "out_of_range", "session_of_another", "unknown_source");
    List<byte[]> values = read(Topics.MEDIA_EVENTS).stream().map(ConsumerRecord::value).toList();
    assertThat(values.stream().filter(v -> java.util.Arrays.equals(v, values.get(0))))
        .as("the job's dead letter keeps its record's bytes")
        .hasSize(2);
  }

  @Test
  @Order(6)
  void theCoreApiCountsThemAllAndTheSameAfterARestart() throws Exception {
    Set<String> expected =
        Set.of(
            "gateway out_of_range 1.0",
            "gateway unknown_event 3.0",
            "telemetry not_allowed 1.0",
            "telemetry session_of_another 1.0",
            "unknown no_letter 1.0");
    awaitCounts(expected);
    coreApi.close();
    coreApi = ServersInProcess.coreApi(stack.endpoints());
    awaitCounts(expected);
  }

  private static void awaitCounts(Set<String> expected) throws Exception {
    AtomicReference<Set<String>> counted = new AtomicReference<>();
    Eventually.until(
        () -> "counted: " + counted,
        () -> {
          counted.set(counts());
          return counted.get().equals(expected);
        });
  }

  private static Set<String> counts() throws Exception {
    String metrics =
        HTTP.send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + coreApi.adminPort() + "/metrics"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    String line = "kinebeam_dead_letters_total\\{reason=\"(.*)\",source=\"(.*)\"\\} (.*)";
    return metrics
        .lines()
        .filter(l -> l.startsWith("kinebeam_dead_letters_total{"))
        .map(l -> l.replaceAll(line, "$2 $1 $3"))
        .collect(Collectors.toSet());
  }

  private static String event(String name, String timestamp) {
    return """
    {"event":"%s","session_id":"%s","timestamp":"%s","data":{"position_seconds":4}}\
    """
        .formatted(name, SESSION, timestamp);
  }

  private static void post(String body) throws Exception {
    String token =
        Clinics.token(
            stack.endpoints().authSecret(),
            PATIENT.clinic().orgId(),
            PATIENT.patientId(),
            "patient",
            Clock.systemUTC());
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + gateway.port() + "/v1/media/events"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
  }

  /**
   * A dead letter with the headers of a real one, about another event, perhaps of another patient.
   */
  private static ProducerRecord<String, byte[]> likeOneOf(
      ConsumerRecord<String, byte[]> real, Clinics.Patient patient, String reason, String event) {
    byte[] original = event.getBytes(UTF_8);
    DeadLetter deadLetter =
        DeadLetter.of("gateway", new FieldError("event", reason, "no"), original);
    ProducerRecord<String, byte[]> like = deadLetter(deadLetter);
    Map<String, String> changed =
        Map.of(
            "bytes",
            Integer.toString(original.length),
            "org_id",
            patient.clinic().orgId().toString(),
            "patient_id",
            patient.patientId().toString());
    for (Header header : real.headers()) {
      String value = changed.getOrDefault(header.key(), new String(header.value(), UTF_8));
      like.headers().add(header.key(), value.getBytes(UTF_8));
    }
    return like;
  }

  private static ProducerRecord<String, byte[]> deadLetter(DeadLetter deadLetter) {
    return new ProducerRecord<>(Topics.MEDIA_EVENTS_REJECTED, deadLetter.encode());
  }

  private static void write(ProducerRecord<String, byte[]> record) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.endpoints().kafkaBootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(record).get();
    }
  }

  private static List<ConsumerRecord<String, byte[]>> read(String topic) {
    return TopicRecords.all(stack.endpoints().kafkaBootstrapServers(), topic);
  }

  private static boolean isReplayed(ConsumerRecord<String, byte[]> record) {
    return record.headers().lastHeader("replayed_from") != null;
  }

  private static MediaRecord event(ConsumerRecord<String, byte[]> record) {
    return ((MediaRecord.Accepted) new MediaRecord.Reader().read(record.value())).record();
  }

  private static List<String> codes(JsonNode outcome) {
    List<String> codes = new ArrayList<>();
    outcome
        .path("still_refused")
        .fieldNames()
        .forEachRemaining(why -> codes.add(why.substring(0, why.indexOf(' '))));
    return codes;
  }

  private record Said(int exit, String out, String err) {
    private List<JsonNode> json() {
      return out.lines().map(DeadLettersIT::parse).toList();
    }
  }

  private static JsonNode parse(String line) {
    try {
      return Json.MAPPER.readTree(line);
    } catch (java.io.IOException e) {
      throw new AssertionError(line, e);
    }
  }

  /** The command as an operator runs it, with a login of the gateway. */
  private static Said run(String... words) {
    Map<String, String> env = stack.endpoints().toEnvironment(ProgramRole.GATEWAY);
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--kafka-bootstrap-servers=" + env.get("KAFKA_BOOTSTRAP_SERVERS"));
    if (words[0].equals("replay")) {
      all.add("--database-url=" + env.get("DATABASE_URL"));
      all.add("--database-user=" + env.get("DATABASE_USER"));
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new DeadLettersMain(env))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Said(exit, out.toString(), err.toString());
  }
}
