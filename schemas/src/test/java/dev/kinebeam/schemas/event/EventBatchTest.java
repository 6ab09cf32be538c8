package dev.kinebeam.schemas.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EventBatchTest {
  private static final String PAUSE =
      """
      {"event":"pause","session_id":"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c10",
       "timestamp":"2026-02-17T10:00:00.000Z","data":{"position_seconds":1.5}}""";

  private static EventBatch parse(String body) throws EventBatch.Refused {
    return EventBatch.parse(body.getBytes(StandardCharsets.UTF_8));
  }

  private static FieldError refusal(byte[] body) {
    try {
      EventBatch.parse(body);
    } catch (EventBatch.Refused e) {
      return e.error();
    }
    throw new AssertionError("the body was taken");
  }

  private static FieldError refusal(String body) {
    return refusal(body.getBytes(StandardCharsets.UTF_8));
  }

  private static FieldError rejection(EventBatch batch, int index) {
    return ((ParsedEvent.Rejected) batch.items().get(index).parsed()).error();
  }

  @Test
  void takesOneEventAListOrAnEnvelope() throws EventBatch.Refused {
    assertThat(parse(PAUSE).items()).hasSize(1);
    assertThat(parse("[" + PAUSE + "," + PAUSE + "]").items()).hasSize(2);
    EventBatch batch =
        parse(
            "{\"app_version\":\"2.1\",\"events\":["
                + PAUSE
                + "],\"sent_at\":\"2026-02-17T10:00:05.000Z\"}");
    assertThat(batch.items()).hasSize(1);
    assertThat(batch.sentAtMs()).isEqualTo(1_771_322_405_000L);
    assertThat(batch.appVersion()).isEqualTo("2.1");
  }

  @Test
  void keepsEachEventsBytesAsSent() throws EventBatch.Refused {
    EventBatch batch = parse("[ " + PAUSE + " ,\n" + PAUSE.replace("1.5", "2") + "]");
    assertThat(new String(batch.items().get(0).raw(), StandardCharsets.UTF_8)).isEqualTo(PAUSE);
    assertThat(new String(batch.items().get(1).raw(), StandardCharsets.UTF_8))
        .isEqualTo(PAUSE.replace("1.5", "2"));
  }

  @Test
  void keepsTheBytesOfWhatIsNotAnEvent() throws EventBatch.Refused {
    EventBatch batch = parse("[\"ein Text, né\", 12.5e3 ,true,[1, 2] , " + PAUSE + "]");
    assertThat(batch.items())
        .extracting(item -> new String(item.raw(), StandardCharsets.UTF_8))
        .containsExactly("\"ein Text, né\"", "12.5e3", "true", "[1, 2]", PAUSE);
  }

  @Test
  void whatIsValidInABatchIsTakenBesideWhatIsNot() throws EventBatch.Refused {
    String deep = "[".repeat(100) + "]".repeat(100);
    EventBatch batch =
        parse(
            "["
                + String.join(
                    ",",
                    PAUSE,
                    PAUSE.replace("1.5", "NaN"),
                    PAUSE.replace("1.5", "1.5,\"more\":" + deep),
                    PAUSE.replace("1.5", "1.5,\"more\":-Infinity"),
                    "7",
                    "null",
                    PAUSE.replace("pause", "dance"),
                    PAUSE)
                + "]");
    assertThat(batch.items()).hasSize(8);
    assertThat(batch.items().get(0).parsed()).isInstanceOf(ParsedEvent.Accepted.class);
    assertThat(batch.items().get(7).parsed()).isInstanceOf(ParsedEvent.Accepted.class);
    assertThat(rejection(batch, 1).code()).isEqualTo("not_json");
    assertThat(rejection(batch, 1).message()).contains("NaN").contains("at byte");
    assertThat(rejection(batch, 2).code()).isEqualTo("beyond_limits");
    assertThat(rejection(batch, 3).code()).isEqualTo("not_json");
    assertThat(rejection(batch, 4).code()).isEqualTo("wrong_type");
    assertThat(rejection(batch, 5).code()).isEqualTo("wrong_type");
    assertThat(rejection(batch, 6).code()).isEqualTo("unknown_event");
  }

  @Test
  void takesFiveHundredEventsAndNotOneMore() throws EventBatch.Refused {
    assertThat(parse("[" + String.join(",", Collections.nCopies(500, PAUSE)) + "]").items())
        .hasSize(500);
    FieldError error = refusal("[" + String.join(",", Collections.nCopies(501, PAUSE)) + "]");
    assertThat(error.code()).isEqualTo("too_many");
    assertThat(error.message()).contains("500");
  }

  @Test
  void refusesWhatItCannotRead() {
    assertThat(refusal("").code()).isEqualTo("empty");
    assertThat(refusal("[]").code()).isEqualTo("empty");
    assertThat(refusal("{\"events\":[]}").code()).isEqualTo("empty");
    assertThat(refusal("{\"events\":7}").field()).isEqualTo("events");
    assertThat(refusal("7").code()).isEqualTo("wrong_type");
    assertThat(refusal("hello").code()).isEqualTo("not_json");
    assertThat(refusal("[" + PAUSE).code()).isEqualTo("not_json");
    assertThat(refusal(PAUSE + PAUSE).code()).isEqualTo("not_json");
    assertThat(refusal(new byte[] {'"', (byte) 0xc3, (byte) 0x28, '"'}).code())
        .isEqualTo("not_utf8");
    assertThat(refusal("[".repeat(5000)).code()).isEqualTo("not_json");
  }

  @Property(tries = 2000)
  void anyBytesGiveAVerdict(@ForAll @Size(max = 300) byte[] body) {
    try {
      assertThat(EventBatch.parse(body).items()).isNotEmpty();
    } catch (EventBatch.Refused e) {
      assertThat(e.error().code()).isNotEmpty();
    }
    assertThat(new MediaRecord.Reader().read(body)).isNotNull();
  }

  @Test
  void aWrongFieldOfTheBatchIsNamedAndCostsNothing() throws EventBatch.Refused {
    EventBatch batch =
        parse(
            "{\"sent_at\":\"now\",\"app_version\":\"%s\",\"x\":[[1]],\"events\":[%s]}"
                .formatted("\\ud83d" + "v".repeat(70), PAUSE));

    assertThat(batch.sentAtMs()).isEqualTo(MediaRecord.UNKNOWN_TIME);
    assertThat(batch.appVersion()).isEqualTo("\uFFFD" + "v".repeat(63));
    assertThat(batch.corrections())
        .containsExactly(
            new Correction("sent_at", Correction.Code.BAD_FORMAT),
            new Correction("app_version", Correction.Code.CUT));
    assertThat(batch.items().get(0).parsed()).isInstanceOf(ParsedEvent.Accepted.class);
  }

  @Test
  void aByteOrderMarkIsPassedOver() throws EventBatch.Refused {
    assertThat(parse("\uFEFF" + PAUSE).items().get(0).raw())
        .isEqualTo(PAUSE.getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = 2000)
  void anyDamageToAGoodBodyGivesAVerdict(
      @ForAll @net.jqwik.api.constraints.IntRange(max = 170) int at, @ForAll byte with) {
    byte[] body = ("[" + PAUSE + "]").getBytes(StandardCharsets.UTF_8);
    body[at % body.length] = with;
    try {
      EventBatch.parse(body);
    } catch (EventBatch.Refused e) {
      assertThat(e.error().message()).isNotEmpty();
    }
    byte[] record = ("{\"v\":1,\"event\":" + PAUSE + "}").getBytes(StandardCharsets.UTF_8);
    record[at % record.length] = with;
    assertThat(new MediaRecord.Reader().read(record)).isInstanceOf(MediaRecord.Rejected.class);
  }

  @Test
  void aRecordOfAnotherShapeIsRejectedByName() {
    String good =
        "{\"v\":1,\"event_id\":\"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c10\",\"org_id\":\"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c11\","
            + "\"patient_id\":\"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c12\",\"received_at\":1771322405000,\"client\":{},\"event\":"
            + PAUSE
            + "}";
    assertThat(Json.bytes(good)).isNotEmpty();
    assertThat(read(good)).isInstanceOf(MediaRecord.Accepted.class);
    assertThat(rejectedField(good + "{}")).isEmpty();
    assertThat(rejectedField(good.replace("\"v\":1", "\"v\":2"))).isEqualTo("v");
    assertThat(rejectedField(good.replace("\"org_id\"", "\"org\""))).isEqualTo("org_id");
    assertThat(rejectedField(good.replace("c12\"", "\""))).isEqualTo("patient_id");
    assertThat(rejectedField(good.replace("1771322405000", "\"today\""))).isEqualTo("received_at");
    MediaRecord.Accepted corrected = (MediaRecord.Accepted) read(good.replace("1.5", "-1"));
    assertThat(corrected.record().event().data()).isEqualTo(new EventData.Pause(null));
    assertThatThrownBy(() -> parse("")).isInstanceOf(EventBatch.Refused.class);
  }

  private static MediaRecord.Parsed read(String json) {
    return new MediaRecord.Reader().read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String rejectedField(String json) {
    return ((MediaRecord.Rejected) read(json)).error().field();
  }
}
