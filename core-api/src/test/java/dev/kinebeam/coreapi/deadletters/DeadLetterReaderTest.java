package dev.kinebeam.coreapi.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.testkit.Eventually;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Counts that a restart repeats, on Kafka's own stand-in for a consumer. */
class DeadLetterReaderTest {
  private static final TopicPartition PARTITION =
      new TopicPartition(Topics.MEDIA_EVENTS_REJECTED, 0);
  private final MeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void deadLettersOfAllSourcesAreCountedFromTheTopicsBeginning() {
    MockConsumer<byte[], byte[]> consumer = consumer();
    try (DeadLetterReader reader = DeadLetterReader.start(consumer, meters)) {
      assertThat(reader).isNotNull();
      consumer.schedulePollTask(
          () -> {
            add(consumer, 0, deadLetter("gateway", "unknown_event"));
            add(consumer, 1, deadLetter("telemetry", "not_json"));
            add(consumer, 2, deadLetter("gateway", "unknown_event"));
          });
      await(3);
      // Kafka fails for once; what comes then is counted nevertheless.
      consumer.schedulePollTask(() -> consumer.setPollException(new KafkaException("away")));
      consumer.schedulePollTask(
          () -> {
            add(consumer, 3, "not a dead letter".getBytes(UTF_8));
            add(consumer, 4, null);
            add(consumer, 5, "{}".getBytes(UTF_8));
            add(consumer, 6, "null".getBytes(UTF_8));
          });
      await(7);
    }
    assertThat(count("gateway", "unknown_event")).isEqualTo(2);
    assertThat(count("telemetry", "not_json")).isEqualTo(1);
    assertThat(count("unknown", "no_letter")).isEqualTo(4);
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void theNumberOfSeriesIsBounded() {
    DeadLetterCounts counts = new DeadLetterCounts(meters, 3);
    for (int i = 0; i < 50; i++) {
      counts.add(deadLetter("gateway", "reason_" + i));
    }
    counts.add(deadLetter("gateway", "reason_1"));
    counts.add(deadLetter("gateway\n", "x".repeat(100)));

    assertThat(count("gateway", "reason_1")).isEqualTo(2);
    assertThat(count("other", "other")).isEqualTo(48);
    assertThat(meters.getMeters()).hasSize(4);
  }

  private static byte[] deadLetter(String source, String reason) {
    return DeadLetter.of(source, new FieldError("", reason, "why"), new byte[] {1}).encode();
  }

  @SuppressWarnings("deprecation") // the constructor of this version
  private static MockConsumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>(org.apache.kafka.clients.consumer.OffsetResetStrategy.NONE);
    Node[] nodes = {new Node(0, "nowhere", 1)};
    consumer.updatePartitions(
        PARTITION.topic(),
        List.of(new PartitionInfo(PARTITION.topic(), 0, nodes[0], nodes, nodes)));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 7L));
    return consumer;
  }

  private static void add(MockConsumer<byte[], byte[]> consumer, long offset, byte[] value) {
    consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, offset, null, value));
  }

  private double count(String source, String reason) {
    Counter counter =
        meters.find("kinebeam.dead.letters").tags("source", source, "reason", reason).counter();
    return counter == null ? 0 : counter.count();
  }

  private void await(double deadLetters) {
    Eventually.until(
        deadLetters + " dead letters",
        () ->
            meters.find("kinebeam.dead.letters").counters().stream()
                    .mapToDouble(Counter::count)
                    .sum()
                >= deadLetters);
  }
}
