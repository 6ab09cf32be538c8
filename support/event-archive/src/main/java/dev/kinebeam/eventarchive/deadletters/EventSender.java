package dev.kinebeam.eventarchive.deadletters;

import dev.kinebeam.program.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sends events as the gateway does: idempotent, acknowledged by all replicas. */
public final class EventSender implements AutoCloseable {
  /** Where a replayed event's dead letter is stored. */
  private static final String HEADER = "replayed_from";

  private final @Nullable Producer<String, byte[]> producer;
  private final String topic;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  private EventSender(@Nullable Producer<String, byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  public static EventSender to(KafkaSettings kafka, String topic) {
    return new EventSender(
        kafka.producer(
            Map.of(
                ProducerConfig.LINGER_MS_CONFIG,
                20,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "zstd")),
        topic);
  }

  /** Sends nothing. */
  public static EventSender none() {
    return new EventSender(null, "");
  }

  public void send(ReplayableEvent event, String place) {
    if (producer == null) {
      return;
    }
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, event.key(), event.value());
    record.headers().add(HEADER, place.getBytes(StandardCharsets.UTF_8));
    var unused =
        producer.send(
            record,
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  /**
   * Returns when all is acknowledged.
   *
   * @throws IOException when something is not; replaying again is harmless
   */
  public void flush() throws IOException {
    if (producer != null) {
      producer.flush();
    }
    if (failure.get() != null) {
      throw new IOException(
          "Kafka did not take all events: " + failure.get().getMessage() + "; replay again",
          failure.get());
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close();
    }
  }
}
