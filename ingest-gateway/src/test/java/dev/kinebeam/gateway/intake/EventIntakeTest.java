package dev.kinebeam.gateway.intake;

import static dev.kinebeam.gateway.Events.batch;
import static dev.kinebeam.gateway.Events.pauseAt;
import static dev.kinebeam.gateway.TestGateway.ORG;
import static dev.kinebeam.gateway.TestGateway.PATIENT;
import static dev.kinebeam.gateway.TestGateway.patientToken;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.kinebeam.gateway.Events;
import dev.kinebeam.gateway.TestGateway;
import dev.kinebeam.gateway.log.LogRecord;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("servers")
class EventIntakeTest {
  private static final String GOOD = pauseAt(45.2);
  private static final String CHROME =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
          + " Chrome/126.0.0.0 Safari/537.36";

  private static TestGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = TestGateway.start();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  @BeforeEach
  void nothingSentYet() {
    gateway.log.clear();
    gateway.consentStoreUnavailable = false;
    gateway.setConsent(ORG, PATIENT, true);
  }

  private static List<LogRecord> taken() {
    return gateway.log.of(Topics.MEDIA_EVENTS);
  }

  private static List<LogRecord> deadLetters() {
    return gateway.log.of(Topics.MEDIA_EVENTS_REJECTED);
  }

  @Test
  void anEventIsDurableWhenItIsAnswered() throws Exception {
    Answer answer = gateway.postEvents(GOOD);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.json().toString())
        .isEqualTo("{\"accepted\":1,\"duplicates\":0,\"rejected\":[],\"warnings\":[]}");

    LogRecord entry = taken().get(0);
    assertThat(entry.key()).isEqualTo(Events.SESSION.toString());
    MediaRecord record = read(entry);
    assertThat(record.orgId()).isEqualTo(ORG);
    assertThat(record.patientId()).isEqualTo(PATIENT);
    assertThat(record.receivedAtMs()).isCloseTo(System.currentTimeMillis(), within(60_000L));
    assertThat(new String(entry.value(), UTF_8)).contains(GOOD);
  }

  private static org.assertj.core.data.Offset<Long> within(long ms) {
    return org.assertj.core.data.Offset.offset(ms);
  }

  private static MediaRecord read(LogRecord entry) {
    return ((MediaRecord.Accepted) new MediaRecord.Reader().read(entry.value())).record();
  }

  @Test
  void takesBatchesAndListsInBothContentTypes() throws Exception {
    assertThat(gateway.postEvents(batch(GOOD, pauseAt(2))).json().path("accepted").asInt())
        .isEqualTo(2);
    Answer list =
        gateway.send(
            gateway
                .request("/v1/media/events")
                .header("Authorization", "Bearer " + patientToken())
                .header("Content-Type", "text/plain;charset=UTF-8")
                .POST(HttpRequest.BodyPublishers.ofString("[" + GOOD + "," + pauseAt(3) + "]")));
    assertThat(list.json().path("accepted").asInt()).isEqualTo(2);
    assertThat(read(taken().get(0)).sentAtMs())
        .isEqualTo(Instant.parse("2026-11-21T10:00:01Z").toEpochMilli());
  }

  @Test
  void readsTheClientFromItsUserAgent() throws Exception {
    byte[] body = ("{\"app_version\":\"2.4.1\",\"events\":[" + GOOD + "]}").getBytes(UTF_8);
    gateway.send(
        gateway.post("/v1/media/events", patientToken(), body).header("User-Agent", CHROME));
    assertThat(read(taken().get(0)).client())
        .isEqualTo(new MediaRecord.Client("desktop", "Windows", "Chrome", "2.4.1"));
  }

  @Test
  void takesGzip() throws Exception {
    Answer answer =
        gateway.send(
            gateway
                .post("/v1/media/events", patientToken(), gzip(batch(GOOD).getBytes(UTF_8)))
                .header("Content-Encoding", "gzip"));
    assertThat(answer.status()).isEqualTo(202);
  }

  @Test
  void takesGzipOfManyEmptyMembers() throws Exception {
    byte[] empty = gzip(new byte[0]);
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int i = 0; i < 5_000; i++) {
      members.writeBytes(empty);
    }
    members.writeBytes(gzip(GOOD.getBytes(UTF_8)));
    Answer answer =
        gateway.send(
            gateway
                .post("/v1/media/events", patientToken(), members.toByteArray())
                .header("Content-Encoding", "gzip"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(taken()).hasSize(1);
  }

  @Test
  void repeatedEventsInOneBatchAreTakenOnce() throws Exception {
    Answer answer = gateway.postEvents(batch(GOOD, pauseAt(2), GOOD));
    assertThat(answer.json().path("accepted").asInt()).isEqualTo(2);
    assertThat(answer.json().path("duplicates").asInt()).isEqualTo(1);
    assertThat(taken()).hasSize(2);
  }

  @Test
  void oneIdInTwoSessionsIsTwoEvents() throws Exception {
    String event =
        """
        {"event":"pause","event_id":"00000000-0000-0000-0000-000000000001","session_id":"%s",
         "timestamp":"2026-11-21T10:00:00.000Z","data":{"position_seconds":1}}\
        """;
    Answer answer =
        gateway.postEvents(
            batch(event.formatted(UUID.randomUUID()), event.formatted(UUID.randomUUID())));
    assertThat(answer.json().path("accepted").asInt()).isEqualTo(2);
    assertThat(taken()).hasSize(2);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          unknown type      | "event":"pause"          | "event":"rewind"           | event                 | unknown_event
          wrong type        | "event":"pause"          | "event":7                  | event                 | wrong_type
          missing field     | "event":"pause",         |                            | event                 | missing
          NaN               | 45.2                     | NaN                        | ''                    | not_json
          NaN elsewhere     | "event":"pause"          | "event":"pause","seq":NaN  | ''                    | not_json
          bad session id    | 0b0b0b0b-1111            | 0b0b0b0b_1111              | session_id            | bad_format
          """)
  void aBadEventIsNamedAndTheOthersGoThrough(
      String name, String part, String replacement, String field, String code) throws Exception {
    String bad = GOOD.replace(part, replacement == null ? "" : replacement);
    Answer answer = gateway.postEvents(batch(pauseAt(1), bad, pauseAt(2)));

    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.json().path("accepted").asInt()).isEqualTo(2);
    assertThat(answer.json().path("rejected")).hasSize(1);
    var verdict = answer.json().path("rejected").path(0);
    assertThat(verdict.path("index").asInt()).isEqualTo(1);
    assertThat(verdict.path("field").asText()).isEqualTo(field);
    assertThat(verdict.path("code").asText()).isEqualTo(code);
    assertThat(verdict.path("message").asText()).isNotEmpty();
    if (code.equals("unknown_event")) {
      assertThat(verdict.path("message").asText())
          .startsWith("no event is called rewind; the types are session_start, play, pause, ")
          .endsWith(", session_end");
    }
    assertThat(taken()).hasSize(2);

    DeadLetter deadLetter = DeadLetter.decode(deadLetters().get(0).value());
    assertThat(new String(deadLetter.originalBytes(), UTF_8)).isEqualTo(bad);
    assertThat(deadLetter.reason().field()).isEqualTo(field);
    assertThat(deadLetters().get(0).headers()).containsEntry("patient_id", PATIENT.toString());
  }

  @Test
  void aHundredLevelsOfNestingAreOneBadEvent() throws Exception {
    String deep = "{\"x\":".repeat(100) + "1" + "}".repeat(100);
    String bad = GOOD.replace("45.2", "45.2,\"extra\":" + deep);
    Answer answer = gateway.postEvents(batch(bad, pauseAt(1)));
    assertThat(answer.json().path("accepted").asInt()).isEqualTo(1);
    assertThat(answer.json().path("rejected").path(0).path("code").asText())
        .isEqualTo("beyond_limits");
  }

  @Test
  void anEventLargerThanARecordIsOneBadEvent() throws Exception {
    String bad = GOOD.replace("45.2", "45.2,\"extra\":\"" + "x".repeat(70_000) + "\"");
    Answer answer = gateway.postEvents(batch(bad, pauseAt(1)));
    assertThat(answer.json().path("accepted").asInt()).isEqualTo(1);
    assertThat(answer.json().path("rejected").path(0).path("code").asText()).isEqualTo("too_large");
  }

  @Test
  void aBatchWithoutAnyValidEventIsRefused() throws Exception {
    Answer answer = gateway.postEvents(batch("{}", "7"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().path("errors")).hasSize(2);
    assertThat(answer.firstError().path("field").asText()).startsWith("events[0]");
    assertThat(answer.json().path("accepted").asInt()).isZero();
    assertThat(deadLetters()).hasSize(2);
    assertThat(taken()).isEmpty();
  }

  @Test
  void emptyBatchesAreRefused() throws Exception {
    assertRefused(batch().getBytes(UTF_8), 400, "empty");
    assertRefused(new byte[0], 400, "empty");
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void fiveHundredEventsAreTheMost() throws Exception {
    assertThat(gateway.postEvents(Events.pauses(500)).json().path("accepted").asInt())
        .isEqualTo(500);
    Answer answer = assertRefused(Events.pauses(501).getBytes(UTF_8), 400, "too_many");
    assertThat(answer.firstError().path("message").asText()).contains("500");
    assertThat(taken()).hasSize(500);
  }

  @Test
  void whatIsNotJsonIsRefusedAndKept() throws Exception {
    assertRefused("{\"events\":[".getBytes(UTF_8), 400, "not_json");
    assertThat(deadLetters()).hasSize(1);
    assertThat(deadLetters().get(0).headers()).containsEntry("scope", "body");
  }

  @Test
  void whatIsNotUtf8IsRefusedAndKept() throws Exception {
    byte[] body = GOOD.getBytes(UTF_8);
    body[10] = (byte) 0xff;
    assertRefused(body, 400, "not_utf8");
    assertThat(DeadLetter.decode(deadLetters().get(0).value()).originalBytes()).isEqualTo(body);
  }

  @Test
  void ofABatchOnlyTheEventThatIsNotUtf8IsRefused() throws Exception {
    byte[] body = batch(pauseAt(1), GOOD.replace("45.2", "\"?\""), pauseAt(2)).getBytes(UTF_8);
    for (int i = 0; i < body.length; i++) {
      body[i] = body[i] == '?' ? (byte) 0xe9 : body[i];
    }
    Answer answer = gateway.send(gateway.post("/v1/media/events", patientToken(), body));

    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.json().path("accepted").asInt()).isEqualTo(2);
    assertThat(answer.json().path("rejected").path(0).path("code").asText()).isEqualTo("not_utf8");
  }

  @Test
  void whatIsWrongInAnOptionalFieldIsAWarning() throws Exception {
    String bad = GOOD.replace("45.2", "-4").replace("{\"event\"", "{\"seq\":\"x\",\"event\"");
    byte[] body =
        ("{\"sent_at\":\"now\",\"events\":[" + pauseAt(1) + "," + bad + "]}").getBytes(UTF_8);
    Answer answer = gateway.send(gateway.post("/v1/media/events", patientToken(), body));

    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.json().toString())
        .isEqualTo(
            "{\"accepted\":2,\"duplicates\":0,\"rejected\":[],\"warnings\":["
                + "{\"field\":\"sent_at\",\"code\":\"bad_format\"},"
                + "{\"index\":1,\"field\":\"seq\",\"code\":\"wrong_type\"},"
                + "{\"index\":1,\"field\":\"data.position_seconds\",\"code\":\"out_of_range\"}]}");
    assertThat(new String(taken().get(1).value(), UTF_8)).as("as sent").contains(bad);
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void oneIdOnTwoEventsOfASessionIsTwoEvents() throws Exception {
    String id = "{\"event_id\":\"00000000-0000-4000-8000-000000000001\",\"event\"";
    String pause = pauseAt(1).replace("{\"event\"", id);
    Answer answer = gateway.postEvents(batch(pause, pause.replace("pause", "play"), pause));

    assertThat(answer.json().path("accepted").asInt()).as(answer.text()).isEqualTo(2);
    assertThat(answer.json().path("duplicates").asInt()).isEqualTo(1);
    assertThat(taken()).hasSize(2);
  }

  @Test
  void tenMegabytesAreRefusedWithTheLimit() throws Exception {
    byte[] body = new byte[10 * 1024 * 1024];
    Answer answer = assertRefused(body, 413, "too_large");
    assertThat(answer.firstError().path("message").asText()).contains("1048576");
  }

  @Test
  void theLimitCountsUnpackedBytes() throws Exception {
    byte[] bomb = gzip(new byte[64 * 1024 * 1024]);
    assertThat(bomb.length).isLessThan(100_000);
    Answer answer =
        gateway.send(
            gateway
                .post("/v1/media/events", patientToken(), bomb)
                .header("Content-Encoding", "gzip"));
    assertThat(answer.status()).isEqualTo(413);
  }

  @Test
  void brokenGzipAndOtherCodingsAreRefused() throws Exception {
    HttpRequest.Builder broken =
        gateway.post("/v1/media/events", patientToken(), GOOD.getBytes(UTF_8));
    assertThat(gateway.send(broken.header("Content-Encoding", "gzip")).status()).isEqualTo(400);
    HttpRequest.Builder brotli =
        gateway.post("/v1/media/events", patientToken(), GOOD.getBytes(UTF_8));
    assertThat(gateway.send(brotli.header("Content-Encoding", "br")).status()).isEqualTo(415);
  }

  @Test
  void otherContentTypesAreRefused() throws Exception {
    Answer answer =
        gateway.send(
            gateway
                .request("/v1/media/events")
                .header("Authorization", "Bearer " + patientToken())
                .header("Content-Type", "application/xml")
                .POST(HttpRequest.BodyPublishers.ofString("<pause/>")));
    assertThat(answer.status()).isEqualTo(415);
  }

  @Test
  void withoutATokenNothingIsTaken() throws Exception {
    Answer answer =
        gateway.send(
            gateway
                .request("/v1/media/events")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(GOOD)));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(answer.firstError().path("code").asText()).isEqualTo("missing");
    assertThat(taken()).isEmpty();
  }

  @Test
  void expiredAndForeignTokensAreRefused() throws Exception {
    JWTClaimsSet expired =
        Tokens.claims("patient", ORG.toString(), PATIENT.toString())
            .expirationTime(Date.from(Instant.now().minusSeconds(120)))
            .build();
    assertThat(tokenCode(Tokens.signed(Tokens.SECRET, expired))).isEqualTo("expired");
    JWTClaimsSet claims = Tokens.claims("patient", ORG.toString(), PATIENT.toString()).build();
    assertThat(tokenCode(Tokens.signed("another secret of at least 32 bytes", claims)))
        .isEqualTo("signature");
    assertThat(taken()).isEmpty();
  }

  private static String tokenCode(String token) throws Exception {
    Answer answer = gateway.send(gateway.post("/v1/media/events", token, GOOD.getBytes(UTF_8)));
    assertThat(answer.status()).isEqualTo(401);
    return answer.firstError().path("code").asText();
  }

  @Test
  void onlyPatientsSendEvents() throws Exception {
    String admin = Tokens.of(Role.CLINIC_ADMIN, ORG, UUID.randomUUID());
    Answer answer = gateway.send(gateway.post("/v1/media/events", admin, GOOD.getBytes(UTF_8)));
    assertThat(answer.status()).isEqualTo(403);
  }

  @Test
  void withoutConsentNothingIsTakenOrKept() throws Exception {
    gateway.setConsent(ORG, PATIENT, false);
    Answer answer = gateway.postEvents(batch(GOOD, "{}"));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.firstError().path("code").asText()).isEqualTo("no_consent");
    assertThat(taken()).isEmpty();
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void eventsAreRefusedWhileTheConsentStoreIsUnavailable() throws Exception {
    gateway.consentStoreUnavailable = true;
    Answer answer = gateway.postEvents(GOOD);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("5");
    assertThat(taken()).isEmpty();
  }

  @Test
  void consentThatIsRevokedWhileTheBodyComesCounts() throws Exception {
    String answer = slowly(() -> gateway.setConsent(ORG, PATIENT, false));
    assertThat(answer).startsWith("HTTP/1.1 403").contains("no_consent");
    assertThat(taken()).isEmpty();
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void eventsAreRefusedWhenTheConsentStoreFailsWhileTheBodyArrives() throws Exception {
    String answer = slowly(() -> gateway.consentStoreUnavailable = true);
    assertThat(answer).startsWith("HTTP/1.1 503");
    assertThat(taken()).isEmpty();
  }

  @Test
  void aSlowBodyWithConsentIsTaken() throws Exception {
    assertThat(slowly(() -> {})).startsWith("HTTP/1.1 202");
    assertThat(taken()).hasSize(1);
  }

  /** Half of a body, something happens, the other half. */
  private static String slowly(Runnable inBetween) throws Exception {
    byte[] body = GOOD.getBytes(UTF_8);
    int half = body.length / 2;
    String head =
        "POST /v1/media/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\nAuthorization: Bearer "
            + patientToken()
            + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(UTF_8));
      out.write(body, 0, half);
      out.flush();
      inBetween.run();
      out.write(body, half, body.length - half);
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void whenTheLogIsUnavailableNothingIsAcknowledged() throws Exception {
    gateway.log.setUnavailable(true);
    Answer answer = gateway.postEvents(batch(GOOD, "{}"));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("5");
    gateway.log.setUnavailable(false);
    assertThat(gateway.postEvents(batch(GOOD, "{}")).status()).isEqualTo(202);
  }

  private static Answer assertRefused(byte[] body, int status, String code) throws Exception {
    Answer answer = gateway.send(gateway.post("/v1/media/events", patientToken(), body));
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.firstError().path("code").asText()).isEqualTo(code);
    return answer;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
