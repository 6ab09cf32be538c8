package dev.kinebeam.schemas.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.FieldError;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same verdict for an event that is sent, read from the topic and replayed. */
class EventAcceptanceTest {
  private static final long NOW = Instant.parse("2026-02-17T10:00:05Z").toEpochMilli();
  private static final long FIVE_MINUTES = 5 * 60 * 1000L;
  private static final UUID ID = UUID.fromString("7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c11");
  private static final String PAUSE =
      """
      {"event":"pause","session_id":"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c10",\
      "timestamp":"2026-02-17T10:00:00.000Z","data":{"position_seconds":1.5}}""";

  private final EventAcceptance acceptance = new EventAcceptance();

  @Test
  void whatIsRightIsAcceptedAsItIs() {
    ParsedEvent parsed = new EventParser().parse(PAUSE.getBytes(UTF_8));

    assertThat(EventAcceptance.ofSent(parsed, NOW, NOW - 40, NOW)).isSameAs(parsed);
    assertThat(((ParsedEvent.Accepted) parsed).event().corrections()).isEmpty();
    assertThat(recorded(PAUSE, NOW, NOW - 40, NOW)).isEmpty();
  }

  @Test
  void anOptionalFieldIsCorrectedAndNamedByAll() {
    String negative = PAUSE.replace("1.5", "-1");
    List<Correction> expected =
        List.of(new Correction("data.position_seconds", Correction.Code.OUT_OF_RANGE));
    ParsedEvent sent =
        EventAcceptance.ofSent(new EventParser().parse(negative.getBytes(UTF_8)), NOW, NOW, NOW);
    MediaRecord.Parsed read = acceptance.ofRecord(record(negative, NOW, NOW), NOW);

    assertThat(((ParsedEvent.Accepted) sent).event().corrections()).isEqualTo(expected);
    assertThat(((MediaRecord.Accepted) read).record().event().corrections()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2000-01-01T00:00:00Z",
        "2016-02-17T10:00:04Z",
        "2016-02-17T10:00:05Z",
        "2036-02-18T10:00:05Z",
        "2036-02-18T10:00:05.001Z",
        "2099-12-31T23:59:59Z",
        "2026-02-17T10:00:00",
        "pause"
      })
  void theEventsTimeIsComparedWithItsReceiptByAll(String time) {
    String event = PAUSE.replace("2026-02-17T10:00:00.000Z", time);

    assertThat(recorded(event, NOW, NOW, NOW)).isEqualTo(sent(event, NOW, NOW, NOW));
  }

  @Test
  void tenYearsAreTheLimit() {
    String last = PAUSE.replace("2026-02-17T10:00:00.000Z", "2036-02-18T10:00:05Z");

    assertThat(sent(last, NOW, NOW, NOW)).isEmpty();
    assertThat(sent(last.replace("05Z", "05.001Z"), NOW, NOW, NOW))
        .singleElement()
        .satisfies(error -> assertThat(error.field()).isEqualTo("timestamp"))
        .satisfies(error -> assertThat(error.code()).isEqualTo("out_of_range"));
  }

  @Test
  void aReceiptIsAtMostFiveMinutesAfterTheClock() {
    for (long ahead : new long[] {0, FIVE_MINUTES, FIVE_MINUTES + 1, 400 * 86_400_000L}) {
      List<FieldError> verdict = sent(PAUSE, NOW + ahead, NOW, NOW);
      assertThat(verdict).extracting(FieldError::field).hasSize(ahead > FIVE_MINUTES ? 1 : 0);
      assertThat(recorded(PAUSE, NOW + ahead, NOW, NOW)).isEqualTo(verdict);
    }
    assertThat(sent(PAUSE, NOW + FIVE_MINUTES + 1, NOW, NOW))
        .extracting(FieldError::message)
        .containsExactly(
            "received_at is 2026-02-17T10:05:05.001Z, more than five minutes after"
                + " 2026-02-17T10:00:05Z, when it was read; set the clock of the gateway");
  }

  @Test
  void timesOfServersAreTimes() {
    for (long sentAt : new long[] {-2, Long.MIN_VALUE, 4_102_444_800_001L}) {
      List<FieldError> verdict = sent(PAUSE, NOW, sentAt, NOW);
      assertThat(verdict).extracting(FieldError::field).containsExactly("sent_at");
      assertThat(recorded(PAUSE, NOW, sentAt, NOW)).isEqualTo(verdict);
    }
    assertThat(sent(PAUSE, NOW, MediaRecord.UNKNOWN_TIME, NOW)).isEmpty();
    assertThat(sent(PAUSE, 0, NOW, NOW))
        .extracting(FieldError::field)
        .containsExactly("received_at");
    assertThat(recorded(PAUSE, 0, NOW, NOW)).isEqualTo(sent(PAUSE, 0, NOW, NOW));
  }

  /** What was accepted under the limit of its day stays accepted. */
  @Test
  void onlyAnEventThatIsSentHasALimitOfItsOwnSize() {
    String large = PAUSE.replace("\"data\"", "\"x\":\"" + "y".repeat(70_000) + "\",\"data\"");

    assertThat(sent(large, NOW, NOW, NOW))
        .extracting(FieldError::code)
        .containsExactly("too_large");
    assertThat(recorded(large, NOW, NOW, NOW)).isEmpty();
  }

  @Test
  void noValueAndNoEventAreRefused() {
    assertThat(errors(acceptance.ofRecord(null, NOW)))
        .extracting(FieldError::message)
        .containsExactly("the record has no value");
    assertThat(errors(acceptance.ofRecord(new byte[0], NOW))).hasSize(1);
  }

  private static List<FieldError> sent(String event, long received, long sent, long clock) {
    ParsedEvent parsed = new EventParser().parse(event.getBytes(UTF_8));
    return EventAcceptance.ofSent(parsed, received, sent, clock)
            instanceof ParsedEvent.Rejected refused
        ? List.of(refused.error())
        : List.of();
  }

  private List<FieldError> recorded(String event, long received, long sent, long clock) {
    return errors(acceptance.ofRecord(record(event, received, sent), clock));
  }

  private static List<FieldError> errors(MediaRecord.Parsed verdict) {
    return verdict instanceof MediaRecord.Rejected refused ? List.of(refused.error()) : List.of();
  }

  /** As the gateway encodes it, with the bytes of another event. */
  private static byte[] record(String event, long received, long sent) {
    MediaEvent any =
        ((ParsedEvent.Accepted) new EventParser().parse(PAUSE.getBytes(UTF_8))).event();
    return new MediaRecord(ID, ID, received, sent, MediaRecord.Client.UNKNOWN, any)
        .encode(event.getBytes(UTF_8));
  }
}
