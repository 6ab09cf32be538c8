package dev.kinebeam.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaRecordCoder;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** The topic is a trust boundary: whatever is in it, the job continues. */
class DecodeEventsTest {
  private static final long NOW = 1_795_255_200_000L;

  @Test
  void anEventOfTheGatewayIsDecoded() {
    WithFailures.Result<PCollection<MediaRecord>, DeadLetter> decoded = decode(play(NOW));

    PAssert.that(decoded.output())
        .satisfies(
            records -> {
              assertThat(records)
                  .singleElement()
                  .satisfies(r -> assertThat(r.receivedAtMs()).isEqualTo(NOW))
                  .satisfies(r -> assertThat(r.client().device()).isEqualTo("phone"));
              return null;
            });
    PAssert.that(decoded.failures()).empty();
    decoded.output().getPipeline().run().waitUntilFinish();
  }

  @Test
  void aRecordThatIsNotAnEventBecomesADeadLetterWithItsPlaceAndBytes() {
    byte[] noEvent = "{\"v\":1,\"event\":{}}".getBytes(StandardCharsets.UTF_8);
    WithFailures.Result<PCollection<MediaRecord>, DeadLetter> decoded = decode(noEvent);

    PAssert.that(decoded.failures())
        .satisfies(
            deadLetters -> {
              assertThat(deadLetters)
                  .singleElement()
                  .satisfies(l -> assertThat(l.source()).isEqualTo("telemetry"))
                  .satisfies(l -> assertThat(l.topic()).isEqualTo("media-events"))
                  .satisfies(l -> assertThat(l.partition()).isEqualTo(3))
                  .satisfies(l -> assertThat(l.offset()).isEqualTo(100))
                  .satisfies(l -> assertThat(l.reason().field()).isEqualTo("org_id"))
                  .satisfies(l -> assertThat(l.originalBytes()).isEqualTo(noEvent));
              return null;
            });
    PAssert.that(decoded.output()).empty();
    decoded.output().getPipeline().run().waitUntilFinish();
  }

  @Test
  void noBytesStopTheJob() {
    List<byte[]> malformed = malformed();
    WithFailures.Result<PCollection<MediaRecord>, DeadLetter> decoded =
        decode(malformed.toArray(byte[][]::new));
    int expected = malformed.size();

    PAssert.that(decoded.failures())
        .satisfies(
            deadLetters -> {
              assertThat(deadLetters).hasSize(expected);
              return null;
            });
    PAssert.that(decoded.output()).empty();
    decoded.output().getPipeline().run().waitUntilFinish();
  }

  @Test
  void aReceiptFromTheFutureIsNotBelieved() {
    WithFailures.Result<PCollection<MediaRecord>, DeadLetter> decoded =
        decode(play(NOW + 365L * 86_400_000));

    PAssert.that(decoded.failures())
        .satisfies(
            deadLetters -> {
              assertThat(deadLetters)
                  .singleElement()
                  .satisfies(l -> assertThat(l.reason().field()).isEqualTo("received_at"));
              return null;
            });
    decoded.output().getPipeline().run().waitUntilFinish();
  }

  @Test
  void aTimeMoreThanTenYearsFromItsReceiptIsRefused() {
    byte[] ancient =
        new String(play(NOW), StandardCharsets.UTF_8)
            .replace("2026-11-21T", "2016-11-01T")
            .getBytes(StandardCharsets.UTF_8);
    WithFailures.Result<PCollection<MediaRecord>, DeadLetter> decoded = decode(ancient);

    PAssert.that(decoded.failures())
        .satisfies(
            deadLetters -> {
              assertThat(deadLetters)
                  .singleElement()
                  .satisfies(l -> assertThat(l.reason().field()).isEqualTo("timestamp"))
                  .satisfies(l -> assertThat(l.reason().code()).isEqualTo("out_of_range"))
                  .satisfies(l -> assertThat(l.reason().message()).contains("2016-11-01T10"));
              return null;
            });
    PAssert.that(decoded.output()).empty();
    decoded.output().getPipeline().run().waitUntilFinish();
  }

  private static List<byte[]> malformed() {
    byte[] good = play(NOW);
    Random random = new Random(11);
    List<byte[]> all = new ArrayList<>();
    all.add(null);
    all.add(new byte[0]);
    all.add("[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    all.add("{\"a\":".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    all.add(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 0});
    all.add("NaN".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      all.add(noise);
      all.add(Arrays.copyOf(good, 1 + random.nextInt(good.length - 1)));
    }
    return all;
  }

  private static byte[] play(long receivedAt) {
    return """
    {"v":1,"event_id":"00000000-0000-4000-8000-000000000001",\
    "org_id":"00000000-0000-4000-8000-000000000002",\
    "patient_id":"00000000-0000-4000-8000-000000000003","received_at":%d,"sent_at":%d,\
    "client":{"device":"phone"},"event":{"event":"play",\
    "session_id":"00000000-0000-4000-8000-000000000004",\
    "timestamp":"2026-11-21T10:00:00.000Z","data":{"position_seconds":0}}}\
    """
        .formatted(receivedAt, NOW)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static WithFailures.Result<PCollection<MediaRecord>, DeadLetter> decode(
      byte[]... values) {
    List<TimestampedValue<KafkaRecord<byte[], byte[]>>> records = new ArrayList<>();
    for (byte[] value : values) {
      records.add(
          TimestampedValue.of(
              new KafkaRecord<>(
                  "media-events",
                  3,
                  100 + records.size(),
                  NOW,
                  KafkaTimestampType.CREATE_TIME,
                  new RecordHeaders(),
                  null,
                  value),
              Instant.ofEpochMilli(NOW)));
    }
    NullableCoder<byte[]> bytes = NullableCoder.of(ByteArrayCoder.of());
    return Pipeline.create()
        .apply("Records", Create.timestamped(records).withCoder(KafkaRecordCoder.of(bytes, bytes)))
        .apply("Decode events", DecodeEvents.ofGateway());
  }
}
