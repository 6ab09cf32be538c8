package dev.kinebeam.trials.accounting;

import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.DeadLetter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How many dead letters there are about what was sent from a moment on. The jobs begin where the
 * last complete checkpoint of an earlier run left them, so dead letters about that run's records
 * may come again in this one; they are not counted. Not for use by two threads at once.
 */
public final class DeadLetterCount implements AutoCloseable {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> deadLetters;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, Long> begin = new HashMap<>();
  private final Map<ByteBuffer, Integer> originals = new HashMap<>();
  private long counted;

  private DeadLetterCount(KafkaConsumer<byte[], byte[]> deadLetters) {
    this.deadLetters = deadLetters;
    this.partitions = partitions(Topics.MEDIA_EVENTS_REJECTED);
    begin.putAll(deadLetters.endOffsets(partitions(Topics.MEDIA_EVENTS)));
    begin.putAll(deadLetters.endOffsets(partitions(Topics.COMPOSE_REQUESTS)));
    deadLetters.assign(partitions);
    deadLetters.endOffsets(partitions).forEach(deadLetters::seek);
  }

  /** Counts from now on. */
  public static DeadLetterCount fromNow(String bootstrapServers) {
    KafkaConsumer<byte[], byte[]> deadLetters =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    try {
      return new DeadLetterCount(deadLetters);
    } catch (RuntimeException e) {
      deadLetters.close();
      throw e;
    }
  }

  private List<TopicPartition> partitions(String topic) {
    return deadLetters.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  /** All that are in the topic at the moment of the call. */
  public long count() throws IOException {
    Map<TopicPartition, Long> ends = deadLetters.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> deadLetters.position(p) < ends.get(p))) {
      for (ConsumerRecord<byte[], byte[]> record : deadLetters.poll(POLL_TIMEOUT)) {
        DeadLetter deadLetter = DeadLetter.decode(record.value());
        if (isNew(deadLetter)) {
          counted++;
          originals.merge(ByteBuffer.wrap(deadLetter.originalBytes()), 1, Integer::sum);
        }
      }
    }
    return counted;
  }

  /**
   * How many dead letters lack: for each of these bytes there must be so many dead letters with
   * exactly these bytes, or more, since a dead letter whose checkpoint was lost is written again.
   * Looks at what {@link #count} has read.
   *
   * @param expected with how many dead letters at least there must be; bytes beyond the length that
   *     the topic keeps are not compared
   */
  public long missing(Map<ByteBuffer, Integer> expected) {
    long missing = 0;
    for (Map.Entry<ByteBuffer, Integer> entry : expected.entrySet()) {
      missing += Math.max(0, entry.getValue() - originals.getOrDefault(kept(entry.getKey()), 0));
    }
    return missing;
  }

  /** How many dead letters have bytes that are none of these. */
  public long unknown(Set<ByteBuffer> sent) {
    Set<ByteBuffer> known = sent.stream().map(DeadLetterCount::kept).collect(Collectors.toSet());
    return originals.entrySet().stream()
        .filter(deadLetter -> !known.contains(deadLetter.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static ByteBuffer kept(ByteBuffer original) {
    return original.slice(0, Math.min(original.remaining(), DeadLetter.MAX_BYTES));
  }

  private boolean isNew(DeadLetter deadLetter) {
    return deadLetter.topic() == null
        || deadLetter.offset()
            >= begin.getOrDefault(
                new TopicPartition(deadLetter.topic(), deadLetter.partition()), 0L);
  }

  @Override
  public void close() {
    deadLetters.close();
  }
}
