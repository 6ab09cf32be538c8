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
 * last complete checkpoint of an earlier run left them, so letters about that run's records may
 * come again in this one; they are not counted. Not for use by two threads at once.
 */
public final class DeadLetterCount implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> letters;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, Long> begin = new HashMap<>();
  private final Map<ByteBuffer, Integer> originals = new HashMap<>();
  private long counted;

  private DeadLetterCount(KafkaConsumer<byte[], byte[]> letters) {
    this.letters = letters;
    this.partitions = partitions(Topics.MEDIA_EVENTS_REJECTED);
    begin.putAll(letters.endOffsets(partitions(Topics.MEDIA_EVENTS)));
    begin.putAll(letters.endOffsets(partitions(Topics.COMPOSE_REQUESTS)));
    letters.assign(partitions);
    letters.endOffsets(partitions).forEach(letters::seek);
  }

  /** Counts from now on. */
  public static DeadLetterCount fromNow(String bootstrapServers) {
    KafkaConsumer<byte[], byte[]> letters =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    try {
      return new DeadLetterCount(letters);
    } catch (RuntimeException e) {
      letters.close();
      throw e;
    }
  }

  private List<TopicPartition> partitions(String topic) {
    return letters.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  /** All that are in the topic at the moment of the call. */
  public long count() throws IOException {
    Map<TopicPartition, Long> ends = letters.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> letters.position(p) < ends.get(p))) {
      for (ConsumerRecord<byte[], byte[]> record : letters.poll(LOOK)) {
        DeadLetter letter = DeadLetter.decode(record.value());
        if (isNew(letter)) {
          counted++;
          originals.merge(ByteBuffer.wrap(letter.originalBytes()), 1, Integer::sum);
        }
      }
    }
    return counted;
  }

  /**
   * How many letters lack: for each of these bytes there must be so many letters with exactly these
   * bytes, or more, since a letter whose checkpoint was lost is written again. Looks at what {@link
   * #count} has read.
   *
   * @param expected with how many letters at least there must be; bytes beyond what a letter keeps
   *     are not compared
   */
  public long missing(Map<ByteBuffer, Integer> expected) {
    long missing = 0;
    for (Map.Entry<ByteBuffer, Integer> entry : expected.entrySet()) {
      missing += Math.max(0, entry.getValue() - originals.getOrDefault(kept(entry.getKey()), 0));
    }
    return missing;
  }

  /** How many letters have bytes that are none of these. */
  public long unknown(Set<ByteBuffer> sent) {
    Set<ByteBuffer> known = sent.stream().map(DeadLetterCount::kept).collect(Collectors.toSet());
    return originals.entrySet().stream()
        .filter(letter -> !known.contains(letter.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static ByteBuffer kept(ByteBuffer original) {
    return original.slice(0, Math.min(original.remaining(), DeadLetter.MOST_BYTES));
  }

  private boolean isNew(DeadLetter letter) {
    return letter.topic() == null
        || letter.offset()
            >= begin.getOrDefault(new TopicPartition(letter.topic(), letter.partition()), 0L);
  }

  @Override
  public void close() {
    letters.close();
  }
}
