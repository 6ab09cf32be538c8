package dev.kinebeam.worker.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Where the feed stands, by the last committed record of its topic: that has one partition, and
 * compaction never removes the last record.
 */
final class FeedEnd {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** How far from the end the search begins; the marks of transactions take up offsets too. */
  private static final long FIRST_STEP = 64;

  private FeedEnd() {}

  /**
   * The number of the change that was published last; 0 while nothing was. It is the end for good
   * only when no other writer is left, which the caller's {@code initTransactions} sees to.
   *
   * @throws org.apache.kafka.common.KafkaException when Kafka does not answer
   * @throws IllegalStateException when the topic is not as the feed needs it
   */
  static long read(KafkaSettings kafka) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        kafka.consumer(
            Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.toIntExact(TIMEOUT.toMillis()),
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000))) {
      int partitions = consumer.partitionsFor(Topics.AUTOMATION_ALERTS, TIMEOUT).size();
      if (partitions != 1) {
        throw new IllegalStateException(
            "the topic %s has %d partitions; create it with one, so that changes stay in order"
                .formatted(Topics.AUTOMATION_ALERTS, partitions));
      }
      return last(consumer, new TopicPartition(Topics.AUTOMATION_ALERTS, 0));
    }
  }

  private static long last(KafkaConsumer<byte[], byte[]> consumer, TopicPartition feed) {
    long begin = offset(consumer.beginningOffsets(List.of(feed), TIMEOUT), feed);
    long end = offset(consumer.endOffsets(List.of(feed), TIMEOUT), feed);
    consumer.assign(List.of(feed));
    // The end may be marks and what was aborted; then the last record lies further back.
    for (long step = FIRST_STEP, from = end; from > begin; step *= 2) {
      long until = from;
      from = Math.max(begin, from - step);
      Optional<ConsumerRecord<byte[], byte[]>> last = lastBetween(consumer, feed, from, until);
      if (last.isPresent()) {
        return changeId(last.get());
      }
    }
    return 0;
  }

  private static long offset(Map<TopicPartition, Long> offsets, TopicPartition feed) {
    return Objects.requireNonNull(offsets.get(feed), () -> "Kafka returned no offset of " + feed);
  }

  private static Optional<ConsumerRecord<byte[], byte[]>> lastBetween(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition feed, long from, long until) {
    consumer.seek(feed, from);
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    Optional<ConsumerRecord<byte[], byte[]>> last = Optional.empty();
    while (consumer.position(feed, TIMEOUT) < until) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
        if (record.offset() < until) {
          last = Optional.of(record);
        }
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the records of %s from offset %d to %d do not come"
                .formatted(feed.topic(), from, until));
      }
    }
    return last;
  }

  private static long changeId(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(AutomationFeed.CHANGE_ID);
    String text = header == null ? "" : new String(header.value(), UTF_8);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "the record of %s at offset %d has the header %s = \"%s\", which is not a number: another program writes to the feed"
              .formatted(record.topic(), record.offset(), AutomationFeed.CHANGE_ID, text),
          e);
    }
  }
}
