package dev.kinebeam.gateway.render;

import dev.kinebeam.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code render-results} from its end and rings the doorbell for each render named by a
 * key. It belongs to no consumer group: every gateway hears of every render, and one that missed
 * some while it was away finds them in the table.
 */
public final class RenderResultsReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RenderResultsReader.class);
  private static final Duration POLL = Duration.ofSeconds(2);
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Doorbell doorbell;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::follow, "render-results");

  private RenderResultsReader(String bootstrapServers, Doorbell doorbell) {
    this.doorbell = doorbell;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "latest",
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                4 * 1024 * 1024),
            new StringDeserializer(),
            new ByteArrayDeserializer());
  }

  /** Begins to follow. Kafka need not be up: it is asked again until it is. */
  public static RenderResultsReader start(String bootstrapServers, Doorbell doorbell) {
    RenderResultsReader reader = new RenderResultsReader(bootstrapServers, doorbell);
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
          LOG.warn("render-results cannot be read now: {}", e.getMessage());
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
          consumer.partitionsFor(Topics.RENDER_RESULTS, POLL).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        stopped(AGAIN);
        return;
      }
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
    }
    for (ConsumerRecord<String, byte[]> result : consumer.poll(POLL)) {
      ring(result.key());
    }
  }

  private void ring(String key) {
    try {
      doorbell.ring(UUID.fromString(key));
    } catch (IllegalArgumentException | NullPointerException e) {
      LOG.warn("render-results holds a record whose key is no render id: {}", key);
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
      thread.join(Duration.ofSeconds(5).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
