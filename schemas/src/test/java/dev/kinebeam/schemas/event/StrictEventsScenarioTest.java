package dev.kinebeam.schemas.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.kinebeam.schemas.FieldError;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an event that is not strict JSON, or is beyond a limit, cannot do to its neighbours. */
class StrictEventsScenarioTest {
  private static final String PAUSE =
      """
      {"event":"pause","session_id":"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c10",\
      "timestamp":"2026-02-17T10:00:00.000Z","data":{"position_seconds":1.5}}""";

  static Stream<Arguments> brokenInside() {
    String deep = "[".repeat(1001) + "]".repeat(1001);
    String levels14 = "[".repeat(14) + "]".repeat(14);
    return Stream.of(
        arguments(position("1.5,\"ttfb_ms\":NaN"), "not_json"),
        arguments(position("1.5,\"other\":Infinity"), "not_json"),
        arguments(field("\"seq\":NaN"), "not_json"),
        arguments(field("\"media_id\":[-Infinity]"), "not_json"),
        arguments(position("01.5"), "not_json"),
        arguments(position("1.5,"), "not_json"),
        arguments(position("\"a\nb\""), "not_json"),
        arguments(position("\"\\x\""), "not_json"),
        arguments(position("tru"), "not_json"),
        arguments(position("1.5,\"ttfb_ms\":" + deep), "beyond_limits"),
        arguments(position("1.5,\"x\":" + deep), "beyond_limits"),
        arguments(position("[" + levels14 + "]"), "beyond_limits"),
        arguments(field("\"seq\":" + deep), "beyond_limits"),
        arguments(position("1".repeat(1001)), "beyond_limits"),
        arguments(position("1.5,\"x\":" + "1".repeat(1001)), "beyond_limits"),
        arguments(position("1.5,\"" + "n".repeat(50_001) + "\":1"), "beyond_limits"),
        arguments(position("\"" + "x".repeat(70_000) + "\""), "too_large"),
        arguments(position("\"\u00ff\""), "not_utf8"),
        arguments(position("1.5,\"x\":\"\u00ed\u00a0\u0080\""), "not_utf8"),
        arguments(position("1.5,\"\u00c0\u0080\":1"), "not_utf8"),
        arguments(position("1.5,\"x\":\u00f0"), "not_utf8"));
  }

  private static String position(String value) {
    return PAUSE.replace("1.5", value);
  }

  private static String field(String more) {
    return PAUSE.replace("{\"event\"", "{" + more + ",\"event\"");
  }

  @ParameterizedTest
  @MethodSource("brokenInside")
  void itCostsOnlyItself(String broken, String code) throws EventBatch.Refused {
    byte[] body = ("[" + PAUSE + "," + broken + "," + PAUSE + "]").getBytes(ISO_8859_1);
    EventBatch batch = EventBatch.parse(body);

    assertThat(batch.items()).hasSize(3);
    assertThat(batch.items().get(0).parsed()).isInstanceOf(ParsedEvent.Accepted.class);
    assertThat(batch.items().get(2).parsed()).isInstanceOf(ParsedEvent.Accepted.class);
    FieldError error = ((ParsedEvent.Rejected) batch.items().get(1).parsed()).error();
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).hasSizeLessThan(350);
    assertThat(batch.items().get(1).raw()).isEqualTo(broken.getBytes(ISO_8859_1));
  }

  /**
   * The job reads what the gateway would have refused, from Kafka, from which it trusts nothing.
   */
  @ParameterizedTest
  @MethodSource("brokenInside")
  void aRecordThatHoldsItIsRefusedToo(String broken, String code) {
    byte[] record = record(broken).getBytes(ISO_8859_1);
    assertThat(new MediaRecord.Reader().read(record(PAUSE).getBytes(UTF_8)))
        .isInstanceOf(MediaRecord.Accepted.class);

    // A larger event was accepted under another limit.
    assertThat(new MediaRecord.Reader().read(record))
        .isInstanceOf(
            code.equals("too_large") ? MediaRecord.Accepted.class : MediaRecord.Rejected.class);
  }

  private static String record(String event) {
    return """
        {"v":1,"event_id":"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c10",\
        "org_id":"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c11",\
        "patient_id":"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c12","received_at":1771322405000,\
        "client":{},"event":%s}"""
        .formatted(event);
  }

  /** What the gateway accepts, the job must: a record is one level deeper than its event. */
  @Test
  void anEventAtEachLimitPassesBoth() throws EventBatch.Refused {
    String levels13 = "[".repeat(13) + "]".repeat(13);
    for (String event :
        List.of(
            position("1.5,\"x\":[" + levels13 + "]"),
            position("1.5,\"x\":" + "1".repeat(1000)),
            position("1.5,\"" + "n".repeat(50_000) + "\":1"))) {
      assertThat(EventBatch.parse(event.getBytes(UTF_8)).items().get(0).parsed())
          .isInstanceOf(ParsedEvent.Accepted.class);
      assertThat(new MediaRecord.Reader().read(record(event).getBytes(UTF_8)))
          .isInstanceOf(MediaRecord.Accepted.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"event\":\"pause}",
        "{\"event\":pause\"}",
        "{\"a\":[1}",
        "{\"a\":1",
        "{\"a\":1]",
        "\"a\"b\"",
        "{\"a\":\"x},{\"b\":\"y\"}",
        "{'a':1}",
        "{\"a\":/* } */1}",
        "",
        "1 2",
        "{} {}"
      })
  void whereTheEndOfAnEventIsUncertainTheBatchIsRefusedWithThePlace(String broken) {
    FieldError error = refusal("[" + PAUSE + "," + broken + "," + PAUSE + "]");
    assertThat(error.code()).isEqualTo("not_json");
    assertThat(error.message()).matches("the body is not JSON: .* at byte [0-9]+.*");
  }

  /** The usual case, a body that was cut off, is named with both places. */
  @Test
  void whereTheBodyEndsEarlyItsEndAndWhatIsOpenAreNamed() {
    String body = "{\"event\":\"pause\",\"data\":{\"position_seconds\":1";
    assertThat(refusal(body).message())
        .isEqualTo(
            "the body is not JSON: the text ends at byte %d; the bracket opened at byte 0 is not"
                    .formatted(body.length())
                + " closed");
    assertThat(refusal("[" + body).message()).contains("the bracket opened at byte 1 is not");
    assertThat(refusal("{\"event\":\"pau").message())
        .endsWith("the text ends at byte 13; the quote opened at byte 9 is not closed");
  }

  @Test
  void theFieldsOfABatchAreStrictJsonToo() {
    for (String field :
        List.of("\"x\":NaN", "\"x\":{\"y\":[1,]}", "\"sent_at\":nope", "\"\\x\":1")) {
      FieldError error = refusal("{" + field + ",\"events\":[" + PAUSE + "]}");
      assertThat(error.code()).as(field).isEqualTo("not_json");
    }
    assertThat(refusal("{\"events\":[" + PAUSE + "],}").code()).isEqualTo("not_json");
    assertThat(refusal("{\"events\":[" + PAUSE + "]").code()).isEqualTo("not_json");
    assertThat(refusal("{\"events\":[" + PAUSE + "]}}").code()).isEqualTo("not_json");
  }

  private static FieldError refusal(String body) {
    return catchThrowableOfType(
            EventBatch.Refused.class, () -> EventBatch.parse(body.getBytes(UTF_8)))
        .error();
  }
}
