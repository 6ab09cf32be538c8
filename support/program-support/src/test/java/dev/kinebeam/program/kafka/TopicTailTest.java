package dev.kinebeam.program.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.program.process.LongLivedThread;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Partitions that are added while a topic is followed, on Kafka's own stand-in for a consumer. */
class TopicTailTest {
  private static final String TOPIC = "results";
  private static final Duration ASSIGNMENT_INTERVAL = Duration.ZERO;
  private static final long LIMIT_SECONDS = 30;

  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

  @Test
  void aNewPartitionIsReadFromItsBeginningAlsoByATailThatBeganAtTheEnd() throws Exception {
    MockConsumer<byte[], byte[]> consumer = consumer();
    consumer.schedulePollTask(
        () -> {
          add(consumer, 0, 4, "first");
          partitions(consumer, 2);
        });
    consumer.schedulePollTask(
        () -> {
          assertThat(consumer.assignment()).hasSize(2);
          add(consumer, 1, 0, "of the new one");
          add(consumer, 0, 5, "second");
        });

    try (TopicTail tail =
        TopicTail.start(
            consumer,
            TOPIC,
            TopicTail.From.END,
            r -> received.add(new String(r.key(), UTF_8)),
            ASSIGNMENT_INTERVAL)) {
      assertThat(tail).isNotNull();
      assertThat(next()).isEqualTo("first");
      assertThat(List.of(next(), next())).containsExactlyInAnyOrder("of the new one", "second");
    }
  }

  @Test
  void aTailThatAnErrorEndsIsReportedUntilItIsClosed() throws Exception {
    MockConsumer<byte[], byte[]> consumer = consumer();
    consumer.schedulePollTask(() -> add(consumer, 0, 4, "first"));
    try (TopicTail tail =
        TopicTail.start(
            consumer,
            TOPIC,
            TopicTail.From.END,
            r -> {
              throw new OutOfMemoryError("of the test");
            },
            ASSIGNMENT_INTERVAL)) {
      assertThat(tail).isNotNull();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
      while (!LongLivedThread.failures().contains("tail-" + TOPIC)) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.onSpinWait();
      }
    }
    assertThat(LongLivedThread.failures()).doesNotContain("tail-" + TOPIC);
  }

  private String next() throws InterruptedException {
    return received.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @SuppressWarnings("deprecation") // the constructor of this version
  private static MockConsumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>(org.apache.kafka.clients.consumer.OffsetResetStrategy.NONE);
    consumer.updateBeginningOffsets(Map.of(at(0), 0L, at(1), 0L));
    consumer.updateEndOffsets(Map.of(at(0), 4L, at(1), 1L));
    partitions(consumer, 1);
    return consumer;
  }

  private static void partitions(MockConsumer<byte[], byte[]> consumer, int number) {
    Node[] nodes = {new Node(0, "nowhere", 1)};
    consumer.updatePartitions(
        TOPIC,
        IntStream.range(0, number)
            .mapToObj(i -> new PartitionInfo(TOPIC, i, nodes[0], nodes, nodes))
            .toList());
  }

  private static TopicPartition at(int partition) {
    return new TopicPartition(TOPIC, partition);
  }

  private static void add(
      MockConsumer<byte[], byte[]> consumer, int partition, long offset, String key) {
    consumer.addRecord(new ConsumerRecord<>(TOPIC, partition, offset, key.getBytes(UTF_8), null));
  }
}
