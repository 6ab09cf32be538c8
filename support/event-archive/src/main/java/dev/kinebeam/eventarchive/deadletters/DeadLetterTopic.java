package dev.kinebeam.eventarchive.deadletters;

import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.event.DeadLetter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** The topic of dead letters, read without a group: looking leaves no trace. */
public final class DeadLetterTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration ASK = Duration.ofSeconds(15);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  public DeadLetterTopic(KafkaSettings kafka, String topic) throws IOException {
    this.topic = topic;
    this.consumer = kafka.consumer(Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
    this.partitions = partitions(kafka.bootstrapServers());
    consumer.assign(partitions);
  }

  private List<TopicPartition> partitions(String bootstrapServers) throws IOException {
    List<TopicPartition> found;
    try {
      found =
          consumer.partitionsFor(topic, ASK).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
    } catch (KafkaException e) {
      consumer.close();
      throw new IOException(
          "Kafka at %s does not describe topic %s (%s); check --kafka-bootstrap-servers"
              .formatted(bootstrapServers, topic, e.getMessage()),
          e);
    }
    if (found.isEmpty()) {
      consumer.close();
      throw new IOException("there is no topic " + topic + " at " + bootstrapServers);
    }
    return found;
  }

  /** Every dead letter from a time on to the topic's end at the moment of the call. */
  public void read(Instant since, Consumer<StoredDeadLetter> deadLetters) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ASK);
    Map<TopicPartition, Long> wanted = new HashMap<>();
    partitions.forEach(p -> wanted.put(p, since.toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> begins = consumer.offsetsForTimes(wanted, ASK);
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp begin = begins.get(partition);
      consumer.seek(partition, begin == null ? offset(ends, partition) : begin.offset());
    }
    while (partitions.stream().anyMatch(p -> consumer.position(p, ASK) < offset(ends, p))) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < offset(ends, new TopicPartition(topic, record.partition()))) {
          deadLetters.accept(deadLetter(record));
        }
      }
    }
  }

  private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    return Objects.requireNonNull(
        offsets.get(partition), () -> "Kafka returned no offset of " + partition);
  }

  /** The dead letter at this place; empty when none lies there, or none any more. */
  public Optional<StoredDeadLetter> at(int partition, long offset) {
    TopicPartition place = new TopicPartition(topic, partition);
    if (!partitions.contains(place)
        || offset < offset(consumer.beginningOffsets(List.of(place), ASK), place)
        || offset >= offset(consumer.endOffsets(List.of(place), ASK), place)) {
      return Optional.empty();
    }
    consumer.assign(List.of(place));
    consumer.seek(place, offset);
    while (consumer.position(place, ASK) <= offset) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() == offset) {
          return Optional.of(deadLetter(record));
        }
      }
    }
    return Optional.empty();
  }

  private static StoredDeadLetter deadLetter(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.headers()) {
      if (header.value() != null) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    byte[] value = record.value() == null ? new byte[0] : record.value();
    DeadLetter deadLetter;
    try {
      deadLetter = DeadLetter.decode(value);
      if (deadLetter == null || deadLetter.reason() == null || deadLetter.original() == null) {
        throw new IOException("the dead letter lacks its reason or its original");
      }
      deadLetter.originalBytes();
    } catch (IOException | IllegalArgumentException e) {
      FieldError reason = new FieldError("", "no_letter", String.valueOf(e.getMessage()));
      deadLetter = DeadLetter.of("unknown", reason, value);
    }
    return new StoredDeadLetter(
        record.partition(),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        headers,
        deadLetter);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
