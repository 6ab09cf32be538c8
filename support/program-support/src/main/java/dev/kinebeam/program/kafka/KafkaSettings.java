package dev.kinebeam.program.kafka;

import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Dependency;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Where Kafka is, and how every program's clients are set up: records are acknowledged by all
 * replicas and stored once, and offsets are committed only by the program. It travels inside a
 * submitted job, so that workers need no environment of their own.
 *
 * @param bootstrapServers {@code host:port[,host:port]}
 */
public record KafkaSettings(String bootstrapServers) implements Serializable {
  public static final String BOOTSTRAP_SERVERS = "KAFKA_BOOTSTRAP_SERVERS";

  /**
   * Checks that servers are named.
   *
   * @throws IllegalArgumentException naming the setting when they are not
   */
  public KafkaSettings {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException(BOOTSTRAP_SERVERS + " must name at least one host:port");
    }
  }

  /** A consumer of bytes that commits no offset by itself, with these settings besides. */
  public KafkaConsumer<byte[], byte[]> consumer(Map<String, ?> more) {
    return new KafkaConsumer<>(
        with(Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false), more),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** A producer by {@link #durable}, with these settings besides. */
  public KafkaProducer<String, byte[]> producer(Map<String, ?> more) {
    return new KafkaProducer<>(
        with(durable(), more), new StringSerializer(), new ByteArraySerializer());
  }

  /** A client of administration whose callers limit each call. */
  public Admin admin() {
    return Admin.create(with(Map.of(), Map.of()));
  }

  /** A client of administration that gives up a call after this time. */
  public Admin admin(Duration answerWithin) {
    int limit = Math.toIntExact(answerWithin.toMillis());
    return Admin.create(
        with(
            Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, limit,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, limit),
            Map.of()));
  }

  /** What a producer needs so that a record is acknowledged by all replicas and stored once. */
  public static Map<String, Object> durable() {
    return Map.of(
        ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
  }

  /** As a service that a program needs. */
  public Dependency dependency() {
    return Dependency.kafka(bootstrapServers);
  }

  /**
   * Watches until closed whether a broker answers.
   *
   * @param waiting what waits for it
   * @param required whether the program can do nothing without it
   */
  public Dependencies.Watch watch(Dependencies dependencies, String waiting, boolean required) {
    return dependencies.watch(
        required ? dependency() : dependency().optional(),
        waiting,
        () -> new BrokerProbe(admin(Dependencies.ANSWER_WITHIN)));
  }

  private Map<String, Object> with(Map<String, Object> usual, Map<String, ?> more) {
    Map<String, Object> client = new HashMap<>(usual);
    client.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    client.putAll(more);
    return client;
  }
}
