package dev.kinebeam.gateway;

import static dev.kinebeam.gateway.Events.pauseAt;
import static dev.kinebeam.gateway.TestGateway.ORG;
import static dev.kinebeam.gateway.TestGateway.PATIENT;
import static dev.kinebeam.gateway.TestGateway.patientToken;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.gateway.log.LogRecord;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.http.RawHttp;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches whose token is in the body, as {@code navigator.sendBeacon} has to send it. */
@Tag("servers")
class BeaconScenarioTest {
  private static final List<String> LOGGED = new CopyOnWriteArrayList<>();
  private static final AbstractAppender APPENDER =
      new AbstractAppender("beacon-test", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          LOGGED.add(event.getMessage().getFormattedMessage() + event.getThrown());
        }
      };

  private static TestGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    APPENDER.start();
    ((Logger) LogManager.getRootLogger()).addAppender(APPENDER);
    ((Logger) LogManager.getRootLogger()).setLevel(Level.INFO);
    gateway = TestGateway.start();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    ((Logger) LogManager.getRootLogger()).removeAppender(APPENDER);
  }

  @BeforeEach
  void nothingSentYet() {
    gateway.log.clear();
    gateway.setConsent(ORG, PATIENT, true);
  }

  private static String beacon(String token, String events) {
    return "{\"token\":\""
        + token
        + "\",\"sent_at\":\"2026-11-21T10:00:01.000Z\",\"events\":["
        + events
        + "]}";
  }

  private static HttpRequest.Builder text(byte[] body) {
    return gateway
        .request("/v1/media/events")
        .header("Content-Type", "text/plain;charset=UTF-8")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  private static Answer send(String body) throws Exception {
    return gateway.send(text(body.getBytes(UTF_8)));
  }

  private static Answer sendWith(String header, String body) throws Exception {
    return gateway.send(text(body.getBytes(UTF_8)).header("Authorization", "Bearer " + header));
  }

  /** Everything that was written to Kafka, keys and headers included, and everything logged. */
  private static void requireUnseen(String token) {
    for (String topic : new String[] {Topics.MEDIA_EVENTS, Topics.MEDIA_EVENTS_REJECTED}) {
      for (LogRecord record : gateway.log.of(topic)) {
        assertThat(record.key() + record.headers() + new String(record.value(), ISO_8859_1))
            .doesNotContain(token.substring(token.indexOf('.')));
      }
    }
    assertThat(LOGGED.toString()).doesNotContain(token.substring(token.indexOf('.')));
  }

  @Test
  void theTokenOfTheBodyNamesThePatientAndIsSeenNowhere() throws Exception {
    String token = patientToken();
    Answer answer = send(beacon(token, pauseAt(1) + ",{\"event\":\"pause\"}"));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.json().path("accepted").asInt()).isEqualTo(1);
    assertThat(answer.json().at("/rejected/0/index").asInt()).isEqualTo(1);
    MediaRecord record =
        ((MediaRecord.Accepted)
                new MediaRecord.Reader().read(gateway.log.of(Topics.MEDIA_EVENTS).get(0).value()))
            .record();
    assertThat(record.patientId()).isEqualTo(PATIENT);
    assertThat(record.sentAtMs()).isNotEqualTo(MediaRecord.UNKNOWN_TIME);
    assertThat(gateway.log.of(Topics.MEDIA_EVENTS_REJECTED)).hasSize(1);
    requireUnseen(token);
  }

  @Test
  void aGzipBodyMayHoldItToo() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(beacon(patientToken(), pauseAt(2)).getBytes(UTF_8));
    }
    Answer answer = gateway.send(text(packed.toByteArray()).header("Content-Encoding", "gzip"));
    assertThat(answer.status()).isEqualTo(202);
    requireUnseen(patientToken());
  }

  @Test
  void headerAndBodyMustNameTheSamePerson() throws Exception {
    String own = patientToken();
    String another = Tokens.of(Role.PATIENT, ORG, UUID.randomUUID());
    assertThat(sendWith(own, beacon(patientToken(), pauseAt(3))).status()).isEqualTo(202);
    gateway.log.clear();
    Answer answer = sendWith(own, beacon(another, pauseAt(4)));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.firstError().path("field").asText()).isEqualTo("token");
    assertThat(answer.firstError().path("code").asText()).isEqualTo("conflict");
    assertThat(gateway.log.of(Topics.MEDIA_EVENTS)).isEmpty();
  }

  /** The header is judged by itself and first. */
  @Test
  void anAdministratorsHeaderIsRefusedForItsRole() throws Exception {
    String admin = Tokens.of(Role.CLINIC_ADMIN, ORG, UUID.randomUUID());
    Answer answer = sendWith(admin, beacon(patientToken(), pauseAt(4)));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.firstError().path("code").asText()).isEqualTo("not_allowed");
  }

  @Test
  void withoutAValidTokenOfAPatientNothingIsTaken() throws Exception {
    String staff = Tokens.of(Role.SPECIALIST, ORG, UUID.randomUUID());
    assertThat(send("{\"events\":[" + pauseAt(5) + "]}").status()).isEqualTo(401);
    assertThat(send("{\"events\":[{]}").status()).isEqualTo(401);
    assertThat(send("").status()).isEqualTo(401);
    assertThat(send(beacon("eyJhbGciOiJub25lIn0.e30.", pauseAt(5))).status()).isEqualTo(401);
    assertThat(send("{\"token\":7,\"events\":[" + pauseAt(5) + "]}").status()).isEqualTo(401);
    assertThat(send(beacon(staff, pauseAt(5))).status()).isEqualTo(403);
    gateway.setConsent(ORG, PATIENT, false);
    assertThat(send(beacon(patientToken(), pauseAt(5))).firstError().path("code").asText())
        .isEqualTo("no_consent");
    assertThat(gateway.log.of(Topics.MEDIA_EVENTS)).isEmpty();
    assertThat(gateway.log.of(Topics.MEDIA_EVENTS_REJECTED)).isEmpty();
  }

  /** Another content type would need a preflight request anyway, so it can send the header. */
  @Test
  void jsonNeedsTheHeader() throws Exception {
    Answer answer =
        gateway.send(
            gateway
                .request("/v1/media/events")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(beacon(patientToken(), pauseAt(6)))));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.firstError().path("field").asText()).isEqualTo("Authorization");
    assertThat(answer.firstError().path("message").asText())
        .endsWith("; a token in the body counts in text/plain only");
  }

  @Test
  void deadLettersOfBrokenBodiesHoldNoToken() throws Exception {
    String token = patientToken();
    for (String body :
        new String[] {
          beacon(token, "{\"event\":"),
          "{\"events\":[{],\"token\":\"" + token + "\"}",
          "{\"token\":\"" + token,
        }) {
      assertThat(sendWith(token, body).status()).isEqualTo(400);
    }
    assertThat(send(beacon(token, "{\"event\":")).status()).isEqualTo(400);
    assertThat(gateway.log.of(Topics.MEDIA_EVENTS_REJECTED)).hasSize(4);
    requireUnseen(token);
  }

  /** A token belongs to the top of a body; what clients put elsewhere must not be stored either. */
  @Test
  void tokensInOtherPlacesAreNotStored() throws Exception {
    String token = patientToken();
    String inside = pauseAt(10).replaceFirst("\\{", "{\"token\":\"" + token + "\",");
    assertThat(sendWith(token, "[" + inside + "]").status()).isEqualTo(202);
    String refused = "{\"event\":\"pause\",\"data\":{\"access_token\":\"" + token + "\"}}";
    assertThat(sendWith(token, beacon(token, pauseAt(11) + "," + refused)).status()).isEqualTo(202);
    assertThat(gateway.log.of(Topics.MEDIA_EVENTS)).hasSize(2);
    assertThat(gateway.log.of(Topics.MEDIA_EVENTS_REJECTED)).hasSize(1);
    requireUnseen(token);
  }

  @Test
  void aBodyInUtf16LeavesNoTokenInItsDeadLetter() throws Exception {
    String token = patientToken();
    byte[] body = beacon(token, pauseAt(12)).getBytes(UTF_16LE);
    Answer answer = gateway.send(text(body).header("Authorization", "Bearer " + token));
    assertThat(answer.firstError().path("code").asText()).isEqualTo("not_utf8");
    LogRecord deadLetter = gateway.log.of(Topics.MEDIA_EVENTS_REJECTED).get(0);
    byte[] original = Base64.getDecoder().decode(original(deadLetter));
    assertThat(new String(original, UTF_16LE)).doesNotContain(token.substring(5));
  }

  private static String original(LogRecord deadLetter) throws Exception {
    return Json.MAPPER.readTree(deadLetter.value()).path("original").asText();
  }

  /** What a few hundred bytes of gzip unpack to must not hold a thread, or end it. */
  @Test
  @Timeout(20)
  void aHostileBodyIsRefusedAtOnce() throws Exception {
    String token = patientToken();
    for (String filling : new String[] {"eyJ".repeat(20_000), "eyJ" + ".".repeat(50_000)}) {
      Answer answer = send("{\"token\":\"" + token + "\",\"a\" " + filling);
      assertThat(answer.status()).isEqualTo(400);
    }
    assertThat(gateway.log.of(Topics.MEDIA_EVENTS_REJECTED)).hasSize(2);
  }

  @Test
  void withoutTheHeaderABodyHoldsWhatBrowsersLetBeaconsCarry() throws Exception {
    String large = beacon(patientToken(), pauseAt(7)) + " ".repeat(64 * 1024);
    assertThat(send(large).status()).isEqualTo(413);
    assertThat(sendWith(patientToken(), large).status()).isEqualTo(202);
    assertThat(sendWith(patientToken(), large + " ".repeat(1024 * 1024)).status()).isEqualTo(413);
  }

  @Test
  void aBodysTokenThatIsNotValidIsNamed() throws Exception {
    Answer answer = send(beacon("not-a-token", pauseAt(13)));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.firstError().path("field").asText()).isEqualTo("token");
  }

  /** Whoever sends no header is counted by address until the token is known. */
  @Test
  void oneAddressHasAFewUnfinishedBeaconsAtATime() throws Exception {
    String head =
        "POST /v1/media/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
            + ("Expect: 100-continue\r\nContent-Length: " + 1000 + "\r\n\r\n");
    List<RawHttp> unfinished = new ArrayList<>();
    try {
      // The gateway asks for a body when it has counted it.
      for (int i = 0; i <= TestGateway.UNFINISHED_PER_CALLER; i++) {
        RawHttp connection = RawHttp.open(gateway.port());
        unfinished.add(connection);
        assertThat(connection.send(head).readTo("\r\n\r\n"))
            .startsWith(i < TestGateway.UNFINISHED_PER_CALLER ? "HTTP/1.1 100 " : "HTTP/1.1 429 ");
      }
      assertThat(sendWith(patientToken(), beacon(patientToken(), pauseAt(9))).status())
          .isEqualTo(202);
    } finally {
      for (RawHttp connection : unfinished) {
        connection.close();
      }
    }
  }

  /** A text/plain request is sent without asking first; its page may read the answer. */
  @Test
  void aPageOfAnAllowedOriginReadsTheAnswer() throws Exception {
    Answer answer =
        gateway.send(
            text(beacon(patientToken(), pauseAt(8)).getBytes(UTF_8))
                .header("Origin", "https://clinic.example"));
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://clinic.example");
    assertThat(answer.header("Access-Control-Expose-Headers"))
        .contains("ETag", "Location", "Retry-After", "X-Request-Id");
  }
}
