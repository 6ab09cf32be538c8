package dev.kinebeam.gateway.log;

import java.time.Duration;

/**
 * How the log in Kafka is written.
 *
 * @param deliveryTimeout how long a record may take to be acknowledged by all replicas, retries
 *     included; after that the caller is told that Kafka is away
 * @param bufferBytes the most memory for records on their way
 */
public record KafkaConfig(String bootstrapServers, Duration deliveryTimeout, int bufferBytes) {
  public KafkaConfig {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException(
          "KAFKA_BOOTSTRAP_SERVERS must name at least one host:port");
    }
  }
}
