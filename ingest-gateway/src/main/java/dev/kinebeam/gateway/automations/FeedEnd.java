package dev.kinebeam.gateway.automations;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where the feed stands, by its own last record: the topic has one partition, and compaction never
 * removes the last record.
 */
final class FeedEnd {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private FeedEnd() {}

  /**
   * The number of the change that was published last; 0 while nothing was.
   *
   * @throws org.apache.kafka.common.KafkaException when Kafka does not answer
   * @throws IllegalStateException when the topic is not as the feed needs it
   */
  static long read(String bootstrapServers) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.toIntExact(PATIENCE.toMillis()),
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      int partitions = consumer.partitionsFor(Topics.AUTOMATION_ALERTS, PATIENCE).size();
      if (partitions != 1) {
        throw new IllegalStateException(
            "the topic %s has %d partitions; create it with one, so that changes stay in order"
                .formatted(Topics.AUTOMATION_ALERTS, partitions));
      }
      return last(consumer, new TopicPartition(Topics.AUTOMATION_ALERTS, 0));
    }
  }

  private static long last(KafkaConsumer<byte[], byte[]> consumer, TopicPartition feed) {
    long begin = consumer.beginningOffsets(List.of(feed), PATIENCE).get(feed);
    long end = consumer.endOffsets(List.of(feed), PATIENCE).get(feed);
    if (end == begin) {
      return 0;
    }
    consumer.assign(List.of(feed));
    consumer.seek(feed, end - 1);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    ConsumerRecord<byte[], byte[]> last = null;
    while (last == null || last.offset() < end - 1) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
        last = record;
      }
      if (last == null && System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the last record of %s, at offset %d, does not come".formatted(feed.topic(), end - 1));
      }
    }
    return changeId(last);
  }

  private static long changeId(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(AutomationFeed.CHANGE_ID);
    String text = header == null ? "" : new String(header.value(), UTF_8);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "the record of %s at offset %d has the header %s = \"%s\", which is no number: somebody else writes to the feed"
              .formatted(record.topic(), record.offset(), AutomationFeed.CHANGE_ID, text),
          e);
    }
  }
}
