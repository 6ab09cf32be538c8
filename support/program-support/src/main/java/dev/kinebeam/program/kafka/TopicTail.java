package dev.kinebeam.program.kafka;

import dev.kinebeam.program.process.LongLivedThread;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one topic on a thread of its own and hands on every record. It belongs to no consumer
 * group and commits nothing: every gateway receives every record, also of partitions that are added
 * to the topic, within twenty seconds. Kafka need not be up: it is asked again until it is.
 */
public final class TopicTail implements AutoCloseable {
  /** Where a tail begins. */
  public enum From {
    /** All that the topic holds; again after each start. */
    BEGINNING,
    /** Only what is written from now on. */
    END
  }

  /** Takes each record in its partition's order; must not throw. */
  public interface Listener {
    void record(ConsumerRecord<byte[], byte[]> record);
  }

  private static final Logger LOG = LoggerFactory.getLogger(TopicTail.class);
  private static final Duration POLL = Duration.ofSeconds(2);

  /** The first answer needs a connection, of a JVM that has just started. */
  private static final Duration PARTITIONS_WITHIN = Duration.ofSeconds(10);

  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final Duration ASSIGNMENT_INTERVAL = Duration.ofSeconds(10);
  private static final int FETCH_BYTES = 4 * 1024 * 1024;

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final From from;
  private final Listener listener;
  private final Duration interval;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final LongLivedThread thread;
  private long nextAssignment = System.nanoTime();

  private TopicTail(
      Consumer<byte[], byte[]> consumer,
      String topic,
      From from,
      Listener listener,
      Duration interval) {
    this.interval = interval;
    this.consumer = consumer;
    this.topic = topic;
    this.from = from;
    this.listener = listener;
    this.thread = LongLivedThread.start("tail-" + topic, this::follow);
  }

  /** Begins to follow {@code topic}. */
  public static TopicTail start(KafkaSettings kafka, String topic, From from, Listener listener) {
    return start(
        kafka.consumer(
            Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                from == From.BEGINNING ? "earliest" : "latest",
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                ASSIGNMENT_INTERVAL.toMillis(),
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCH_BYTES)),
        topic,
        from,
        listener);
  }

  /** The same with a consumer of the caller's, which is closed with the tail. */
  public static TopicTail start(
      Consumer<byte[], byte[]> consumer, String topic, From from, Listener listener) {
    return start(consumer, topic, from, listener, ASSIGNMENT_INTERVAL);
  }

  /**
   * The same.
   *
   * @param interval how often it asks for new partitions
   */
  static TopicTail start(
      Consumer<byte[], byte[]> consumer,
      String topic,
      From from,
      Listener listener,
      Duration interval) {
    return new TopicTail(consumer, topic, from, listener, interval);
  }

  private void follow() throws InterruptedException {
    boolean failing = false;
    try (consumer) {
      while (!stopped(Duration.ZERO)) {
        try {
          read();
          failing = false;
        } catch (WakeupException e) {
          return;
        } catch (KafkaException e) {
          if (!failing) {
            LOG.warn("{} cannot be read now; trying again: {}", topic, e.getMessage());
          }
          failing = true;
          stopped(AGAIN);
        }
      }
    }
  }

  private void read() throws InterruptedException {
    if (System.nanoTime() - nextAssignment >= 0) {
      findPartitions();
    }
    if (consumer.assignment().isEmpty()) {
      stopped(AGAIN);
      return;
    }
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      listener.record(record);
    }
  }

  /** Takes up every partition that is not followed yet: at the start, and when some were added. */
  private void findPartitions() {
    Set<TopicPartition> followed = consumer.assignment();
    List<TopicPartition> found =
        consumer.partitionsFor(topic, PARTITIONS_WITHIN).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .filter(partition -> !followed.contains(partition))
            .toList();
    if (!found.isEmpty()) {
      Set<TopicPartition> all = new HashSet<>(followed);
      all.addAll(found);
      consumer.assign(all);
      if (from == From.BEGINNING || !followed.isEmpty()) {
        // All that a partition holds which was added later was written after the start.
        consumer.seekToBeginning(found);
      } else {
        consumer.seekToEnd(found);
      }
      if (!followed.isEmpty()) {
        LOG.warn("{} has {} partitions now; it had {}", topic, all.size(), followed.size());
      }
    }
    nextAssignment = System.nanoTime() + (consumer.assignment().isEmpty() ? 0 : interval.toNanos());
  }

  /** Waits up to {@code pause}, less when the tail is being closed. */
  private boolean stopped(Duration pause) throws InterruptedException {
    return stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    stop.countDown();
    consumer.wakeup();
    thread.join(CLOSE);
  }
}
