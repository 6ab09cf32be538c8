package dev.kinebeam.beam;

import dev.kinebeam.program.kafka.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows how many partitions a topic has, and finds out again every ten seconds. All readers of a
 * topic in one process share a watch; it ends with the last of them.
 */
final class PartitionCountMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionCountMonitor.class);
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
  private static final Map<Subject, PartitionCountMonitor> SHARED = new HashMap<>();

  private record Subject(KafkaSettings kafka, String topic) {}

  private final Subject subject;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private int users;
  private volatile int partitions;
  private volatile KafkaException failure;

  private PartitionCountMonitor(Subject subject) {
    this.subject = subject;
    this.thread = new Thread(this::run, "partitions-" + subject.topic());
    thread.setDaemon(true);
  }

  /** The watch over this topic; each caller closes it once. */
  static PartitionCountMonitor over(KafkaSettings kafka, String topic) {
    synchronized (SHARED) {
      PartitionCountMonitor watch =
          SHARED.computeIfAbsent(
              new Subject(kafka, topic),
              subject -> {
                PartitionCountMonitor made = new PartitionCountMonitor(subject);
                made.thread.start();
                return made;
              });
      watch.users++;
      return watch;
    }
  }

  /**
   * How many partitions the topic had when Kafka last answered; 0 before its first answer.
   *
   * @throws KafkaException when Kafka cannot be asked with these settings at all
   */
  int partitions() {
    if (failure != null) {
      throw new KafkaException(
          "Kafka at "
              + subject.kafka().bootstrapServers()
              + " cannot be asked: "
              + failure.getMessage(),
          failure);
    }
    return partitions;
  }

  private void run() {
    try (Admin admin = subject.kafka().admin(ANSWER_WITHIN)) {
      do {
        refresh(admin);
      } while (!stop.await(partitions == 0 ? 1 : EVERY.toSeconds(), TimeUnit.SECONDS));
    } catch (KafkaException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = new KafkaException("the watch over " + subject.topic() + " ended: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void refresh(Admin admin) throws InterruptedException {
    String topic = subject.topic();
    try {
      TopicDescription found =
          admin
              .describeTopics(List.of(topic))
              .topicNameValues()
              .get(topic)
              .get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS);
      int now = found.partitions().size();
      if (partitions == 0) {
        LOG.info("topic {} has {} partitions", topic, now);
      } else if (now != partitions) {
        LOG.warn("topic {} has {} partitions now; it had {}", topic, now, partitions);
      }
      partitions = now;
    } catch (ExecutionException | TimeoutException e) {
      // The readers' watch over Kafka reports the outage, once.
      LOG.debug(
          "Kafka at {} does not say how many partitions topic {} has; asking again: {}",
          subject.kafka().bootstrapServers(),
          topic,
          e.getMessage());
    }
  }

  @Override
  public void close() {
    synchronized (SHARED) {
      users--;
      if (users > 0) {
        return;
      }
      SHARED.remove(subject);
    }
    stop.countDown();
    try {
      thread.join(CLOSE_WITHIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
