package dev.kinebeam.eventarchive.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Dead letters, checked again. */
class DeadLetterCheckTest {
  private static final long NOW = 1_795_255_200_000L;
  private static final String ORG = "00000000-0000-4000-8000-000000000002";
  private static final String PATIENT = "00000000-0000-4000-8000-000000000003";
  private static final String PLAY =
      """
      {"event":"play","session_id":"00000000-0000-4000-8000-000000000004",\
      "timestamp":"2026-11-21T10:00:00.000Z","data":{"position_seconds":0}}\
      """;

  private final DeadLetterCheck check = new DeadLetterCheck();

  @Test
  void anEventThatPassesNowIsTheRecordThatTheGatewayWouldHaveSent() {
    StoredDeadLetter deadLetter =
        gateway("event", PLAY, Map.of("sent_at", "1795255199000", "client", "{\"device\":\"tv\"}"));

    CheckedDeadLetter first = check.check(deadLetter, NOW);
    CheckedDeadLetter second = check.check(deadLetter, NOW + 1000);

    assertThat(first.refused()).isEmpty();
    ReplayableEvent event = first.accepted().get(0);
    assertThat(event.key()).isEqualTo("00000000-0000-4000-8000-000000000004");
    assertThat(second.accepted().get(0).value()).isEqualTo(event.value());
    assertThat(new MediaRecord.Reader().read(event.value()))
        .isEqualTo(new MediaRecord.Accepted(event.record()));
    assertThat(event.record().orgId()).hasToString(ORG);
    assertThat(event.record().patientId()).hasToString(PATIENT);
    assertThat(event.record().receivedAtMs()).isEqualTo(NOW);
    assertThat(event.record().sentAtMs()).isEqualTo(1_795_255_199_000L);
    assertThat(event.record().client().device()).isEqualTo("tv");
    assertThat(event.record().event().eventId().version()).isEqualTo(5);
  }

  @Test
  void aBodyGivesWhateverOfItPasses() {
    String body = "{\"app_version\":\"3.1\",\"events\":[" + PLAY + ",{\"event\":\"play\"}]}";

    CheckedDeadLetter checked = check.check(gateway("body", body, Map.of()), NOW);

    assertThat(checked.accepted())
        .singleElement()
        .satisfies(e -> assertThat(e.record().client().appVersion()).isEqualTo("3.1"));
    assertThat(checked.refused()).extracting(FieldError::field).containsExactly("session_id");
  }

  @Test
  void aRecordOfTheTopicKeepsItsBytes() {
    byte[] value = check.check(gateway("event", PLAY, Map.of()), NOW).accepted().get(0).value();
    DeadLetter content =
        DeadLetter.of("telemetry", "media-events", 1, 7, new FieldError("", "x", "y"), value);
    StoredDeadLetter deadLetter = new StoredDeadLetter(0, 1, Instant.EPOCH, Map.of(), content);

    assertThat(check.check(deadLetter, NOW).accepted().get(0).value()).isEqualTo(value);
    assertThat(check.check(deadLetter, NOW - 400_000).refused())
        .extracting(FieldError::code)
        .containsExactly("out_of_range");
  }

  @Test
  void whatCannotPassNamesItsReason() {
    assertThat(codes(gateway("event", PLAY.replace("play", "dance"), Map.of())))
        .containsExactly("unknown_event");
    assertThat(codes(gateway("event", "[" + PLAY + "]", Map.of()))).containsExactly("wrong_type");
    assertThat(codes(gateway("event", PLAY, Map.of("org_id", "me")))).containsExactly("no_origin");
    assertThat(codes(gateway("event", PLAY, Map.of("bytes", "99999")))).containsExactly("cut");
    assertThat(codes(gateway("event", PLAY, Map.of("client", "?")))).containsExactly("no_origin");
    String large = PLAY.replace("\"data\"", "\"x\":\"" + "y".repeat(70_000) + "\",\"data\"");
    assertThat(codes(gateway("event", large, Map.of()))).containsExactly("too_large");
    for (String source : List.of("upsert", "unknown", "somebody")) {
      DeadLetter content = DeadLetter.of(source, new FieldError("", "x", "y"), new byte[3]);
      assertThat(
              check
                  .check(new StoredDeadLetter(0, 1, Instant.EPOCH, Map.of(), content), NOW)
                  .accepted())
          .isEmpty();
    }
  }

  @Test
  void aClockThatTheGatewayRefusedIsRefusedStill() {
    StoredDeadLetter deadLetter =
        gateway("event", PLAY.replace("2026-11-21", "2046-11-21"), Map.of());

    assertThat(codes(deadLetter)).containsExactly("out_of_range");
  }

  /** The job would refuse the record at once. */
  @Test
  void aReceiptThatTheJobWouldRefuseIsRefusedHere() {
    for (String source : List.of("event", "body")) {
      StoredDeadLetter future =
          gateway(source, PLAY, Map.of("received_at", Long.toString(NOW + 400_000)));
      assertThat(check.check(future, NOW).refused())
          .extracting(FieldError::field, FieldError::code)
          .containsExactly(tuple("received_at", "out_of_range"));
      assertThat(check.check(future, NOW + 100_000).accepted()).hasSize(1);
      assertThat(codes(gateway(source, PLAY, Map.of("received_at", "0"))))
          .containsExactly("missing");
    }
    assertThat(codes(gateway("event", PLAY, Map.of("sent_at", "-5"))))
        .containsExactly("out_of_range");
  }

  /** As the gateway stores it; a dead letter of an earlier gateway may hold a token. */
  @Test
  void aTokenIsMasked() {
    String token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.x";
    String sent = PLAY.replace("{\"event\"", "{\"token\":\"" + token + "\",\"event\"");

    byte[] value = check.check(gateway("event", sent, Map.of()), NOW).accepted().get(0).value();

    assertThat(new String(value, UTF_8)).doesNotContain("eyJ").contains("\"token\":\"****");
    assertThat(new MediaRecord.Reader().read(value)).isInstanceOf(MediaRecord.Accepted.class);
  }

  @Test
  void whatWasSentIntoASessionOfAnotherIsBeyondReplay() {
    FieldError reason =
        new FieldError("session_id", DeadLetter.SESSION_OF_ANOTHER, "belongs to another patient");
    StoredDeadLetter deadLetter =
        new StoredDeadLetter(
            0,
            1,
            Instant.EPOCH,
            Map.of(),
            DeadLetter.of("telemetry", reason, "{}".getBytes(UTF_8)));

    assertThat(codes(deadLetter)).containsExactly("session_of_another");
  }

  @Test
  void noBytesWhateverStopTheCheck() {
    byte[] play = PLAY.getBytes(UTF_8);
    for (int length = 0; length < play.length; length++) {
      byte[] part = Arrays.copyOf(play, length);
      for (String source : List.of("gateway", "telemetry")) {
        DeadLetter content = DeadLetter.of(source, new FieldError("", "x", "y"), part);
        StoredDeadLetter deadLetter =
            new StoredDeadLetter(0, 1, Instant.EPOCH, headers("event", Map.of()), content);
        CheckedDeadLetter checked = check.check(deadLetter, NOW);
        assertThat(checked.accepted()).isEmpty();
        assertThat(checked.refused()).hasSize(1);
      }
    }
  }

  private List<String> codes(StoredDeadLetter deadLetter) {
    CheckedDeadLetter checked = check.check(deadLetter, NOW);
    assertThat(checked.accepted()).isEmpty();
    return checked.refused().stream().map(FieldError::code).toList();
  }

  private static StoredDeadLetter gateway(String scope, String sent, Map<String, String> more) {
    DeadLetter content =
        DeadLetter.of("gateway", new FieldError("", "x", "y"), sent.getBytes(UTF_8));
    return new StoredDeadLetter(0, 12, Instant.ofEpochMilli(NOW), headers(scope, more), content);
  }

  private static Map<String, String> headers(String scope, Map<String, String> more) {
    Map<String, String> headers = new HashMap<>();
    headers.put("scope", scope);
    headers.put("org_id", ORG);
    headers.put("patient_id", PATIENT);
    headers.put("received_at", Long.toString(NOW));
    headers.putAll(more);
    return headers;
  }
}
