package dev.kinebeam.gateway.log;

import dev.kinebeam.program.kafka.KafkaSettings;
import java.time.Duration;

/**
 * How the log in Kafka is written.
 *
 * @param deliveryTimeout how long records may take until all replicas have acknowledged them, with
 *     the wait for a place in the buffer and retries; after that the caller is answered that Kafka
 *     is unavailable
 * @param bufferBytes the most memory for records on their way
 */
public record KafkaConfig(KafkaSettings kafka, Duration deliveryTimeout, int bufferBytes) {
  private static final Duration LEAST = Duration.ofSeconds(1);

  public KafkaConfig {
    if (deliveryTimeout.compareTo(LEAST) < 0) {
      throw new IllegalArgumentException(
          "KAFKA_DELIVERY_TIMEOUT must be at least " + LEAST + ", not " + deliveryTimeout);
    }
  }

  /** The part of the time that may pass until a record has a place in the buffer. */
  Duration forBuffer() {
    return deliveryTimeout.dividedBy(4);
  }

  /** The rest of the time, for the acknowledgement. */
  Duration forAcknowledgement() {
    return deliveryTimeout.minus(forBuffer());
  }
}
