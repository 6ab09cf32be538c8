package dev.kinebeam.gateway.log;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer that is made again when it breaks. Kafka's producer reports a record's own failure
 * through the record's future; when {@code send} itself throws, the producer has met a fatal error
 * (it lost its place in the sequence, it was closed, the cluster refused it) and would throw at
 * every later record too. Thread-safe.
 */
final class RenewableProducer {
  private static final Logger LOG = LoggerFactory.getLogger(RenewableProducer.class);

  /** A cluster that refuses every producer is asked so often, and not at every request. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  /** So long after a break without a success the log counts as away. */
  static final Duration SUSPICION = Duration.ofSeconds(30);

  private final Supplier<Producer<String, byte[]>> maker;
  private final Clock clock;
  private volatile @Nullable Producer<String, byte[]> current;
  private Instant madeAt;
  private volatile Instant brokenAt = Instant.MIN;
  private volatile boolean closed;

  RenewableProducer(Supplier<Producer<String, byte[]>> maker, Clock clock) {
    this.maker = maker;
    this.clock = clock;
    this.current = maker.get();
    this.madeAt = clock.instant();
  }

  /**
   * Hands a record over.
   *
   * @throws EventLogUnavailableException when the producer is broken; the next call has a new one
   */
  Future<RecordMetadata> send(ProducerRecord<String, byte[]> record)
      throws EventLogUnavailableException {
    Producer<String, byte[]> used = usable();
    try {
      return used.send(record);
    } catch (InterruptException e) {
      throw new EventLogUnavailableException("interrupted while handing over to Kafka", e);
    } catch (KafkaException | IllegalStateException e) {
      retire(used, e);
      throw new EventLogUnavailableException("the producer broke: " + e.getMessage(), e);
    }
  }

  /** Says that records became durable: whatever broke before is over. */
  void succeeded() {
    if (!brokenAt.equals(Instant.MIN)) {
      brokenAt = Instant.MIN;
    }
  }

  /** Whether the last producer broke so recently that the next one need not be better. */
  boolean works() {
    Instant broken = brokenAt;
    return broken.equals(Instant.MIN) || clock.instant().isAfter(broken.plus(SUSPICION));
  }

  private Producer<String, byte[]> usable() throws EventLogUnavailableException {
    Producer<String, byte[]> producer = current;
    return producer == null ? renewed() : producer;
  }

  private synchronized Producer<String, byte[]> renewed() throws EventLogUnavailableException {
    Producer<String, byte[]> existing = current;
    if (existing != null) {
      return existing;
    }
    if (closed || clock.instant().isBefore(madeAt.plus(PAUSE))) {
      throw new EventLogUnavailableException("the producer broke a moment ago", null);
    }
    madeAt = clock.instant();
    Producer<String, byte[]> made;
    try {
      made = maker.get();
    } catch (KafkaException e) {
      brokenAt = madeAt;
      throw new EventLogUnavailableException("no producer can be made: " + e.getMessage(), e);
    }
    current = made;
    LOG.info("a new producer took the broken one's place");
    return made;
  }

  private synchronized void retire(Producer<String, byte[]> broken, RuntimeException why) {
    if (current != broken) {
      return;
    }
    LOG.error("the producer broke and is replaced", why);
    current = null;
    brokenAt = clock.instant();
    // Nothing of its buffer will ever be acknowledged: those who wait get the failure at once.
    broken.close(Duration.ZERO);
  }

  synchronized void close(Duration timeout) {
    closed = true;
    if (current != null) {
      current.close(timeout);
      current = null;
    }
  }
}
