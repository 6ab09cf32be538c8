package dev.kinebeam.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The log in Kafka: an idempotent producer that waits for all replicas. Its memory is bounded by
 * the buffer, its time by {@link KafkaConfig#deliveryTimeout}. A record that was not acknowledged
 * in time may still be written by a broker that had received it: whoever sends it again sends the
 * same {@code event_id}, which counts once. A producer that broke for good is replaced, so that no
 * failure outlives its cause. Thread-safe.
 */
public final class KafkaEventLog implements EventLog {
  private static final Duration PROBE = Duration.ofSeconds(2);

  /** Partitions that are added to a topic are used within this time. */
  private static final Duration PARTITIONS_KNOWN_FOR = Duration.ofSeconds(30);

  private static final int LARGEST_REQUEST = 2 * 1024 * 1024;

  /** A player's usual request has 25 KB of one session: one batch and not two, packed once. */
  private static final int BATCH = 64 * 1024;

  private final RenewableProducer producer;
  private final Admin admin;
  private final Duration timeout;

  public KafkaEventLog(KafkaConfig config) {
    producer = new RenewableProducer(() -> producer(config), Clock.systemUTC());
    admin = config.kafka().admin();
    timeout = config.deliveryTimeout();
  }

  private static Producer<String, byte[]> producer(KafkaConfig config) {
    int delivery = Math.toIntExact(config.forAcknowledgement().toMillis());
    return config
        .kafka()
        .producer(
            Map.of(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "zstd",
                ProducerConfig.LINGER_MS_CONFIG,
                2,
                ProducerConfig.METADATA_MAX_AGE_CONFIG,
                PARTITIONS_KNOWN_FOR.toMillis(),
                ProducerConfig.BATCH_SIZE_CONFIG,
                BATCH,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                config.bufferBytes(),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                LARGEST_REQUEST,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                config.forBuffer().toMillis(),
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                delivery,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.max(500, delivery / 2 - 2)));
  }

  @Override
  public void append(List<LogRecord> records) throws EventLogUnavailableException {
    long deadline = System.nanoTime() + timeout.toNanos();
    List<Future<?>> acks = new ArrayList<>(records.size());
    for (LogRecord entry : records) {
      Future<?> ack = producer.send(record(entry));
      if (ack.isDone() || System.nanoTime() - deadline > 0) {
        // No broker, or no room: the other records would each wait as long for the same answer.
        await(ack, deadline);
      }
      acks.add(ack);
    }
    for (Future<?> ack : acks) {
      await(ack, deadline);
    }
    producer.succeeded();
  }

  private static ProducerRecord<String, byte[]> record(LogRecord entry) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(entry.topic(), entry.key(), entry.value());
    entry.headers().forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    return record;
  }

  private static void await(Future<?> ack, long deadline) throws EventLogUnavailableException {
    try {
      ack.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new EventLogUnavailableException(
          "Kafka did not take a record: " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new EventLogUnavailableException("Kafka did not acknowledge in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EventLogUnavailableException("interrupted while waiting for Kafka", e);
    }
  }

  @Override
  public boolean answers() {
    return producer.works() && brokerAnswers();
  }

  private boolean brokerAnswers() {
    try {
      admin
          .describeCluster(new DescribeClusterOptions().timeoutMs((int) PROBE.toMillis()))
          .nodes()
          .get(PROBE.toMillis() + 500, TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    producer.close(timeout);
    admin.close(PROBE);
  }
}
