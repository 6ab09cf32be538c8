package dev.kinebeam.gateway.letters;

import dev.kinebeam.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code media-events-rejected} and counts its letters, whoever wrote them. It begins at
 * the topic's beginning and belongs to no consumer group, so that every gateway tells the same
 * counts, and tells them again after a restart.
 */
public final class DeadLetterReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterReader.class);
  private static final Duration POLL = Duration.ofSeconds(2);
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final int MOST_PAIRS = 100;

  private final Consumer<byte[], byte[]> consumer;
  private final DeadLetterCounts counts;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::follow, "dead-letters");

  private DeadLetterReader(Consumer<byte[], byte[]> consumer, MeterRegistry meters) {
    this.consumer = consumer;
    this.counts = new DeadLetterCounts(meters, MOST_PAIRS);
  }

  /** Begins to count. Kafka need not be up: it is asked again until it is. */
  public static DeadLetterReader start(String bootstrapServers, MeterRegistry meters) {
    return start(
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                4 * 1024 * 1024),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer()),
        meters);
  }

  static DeadLetterReader start(Consumer<byte[], byte[]> consumer, MeterRegistry meters) {
    DeadLetterReader reader = new DeadLetterReader(consumer, meters);
    reader.thread.setDaemon(true);
    reader.thread.start();
    return reader;
  }

  private void follow() {
    try (consumer) {
      while (!stopped(Duration.ZERO)) {
        try {
          read();
        } catch (WakeupException e) {
          return;
        } catch (KafkaException e) {
          LOG.warn("dead letters cannot be counted now: {}", e.getMessage());
          stopped(AGAIN);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() throws InterruptedException {
    if (consumer.assignment().isEmpty()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.MEDIA_EVENTS_REJECTED, POLL).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        stopped(AGAIN);
        return;
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    }
    for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
      counts.add(letter.value());
    }
  }

  /** Waits up to {@code pause}, less when the reader is being closed. */
  private boolean stopped(Duration pause) throws InterruptedException {
    return stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    stop.countDown();
    consumer.wakeup();
    try {
      thread.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
