package dev.kinebeam.coreapi.deadletters;

import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.program.kafka.TopicTail;
import dev.kinebeam.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Follows {@code media-events-rejected} and counts its dead letters, whoever wrote them. It begins
 * at the topic's beginning, so that every instance exports the same counts, also after a restart.
 */
public final class DeadLetterReader implements AutoCloseable {
  private static final int MAX_PAIRS = 100;

  private final TopicTail tail;

  private DeadLetterReader(TopicTail tail) {
    this.tail = tail;
  }

  /** Begins to count. */
  public static DeadLetterReader start(KafkaSettings kafka, MeterRegistry meters) {
    return new DeadLetterReader(
        TopicTail.start(
            kafka, Topics.MEDIA_EVENTS_REJECTED, TopicTail.From.BEGINNING, counting(meters)));
  }

  static DeadLetterReader start(Consumer<byte[], byte[]> consumer, MeterRegistry meters) {
    return new DeadLetterReader(
        TopicTail.start(
            consumer, Topics.MEDIA_EVENTS_REJECTED, TopicTail.From.BEGINNING, counting(meters)));
  }

  private static TopicTail.Listener counting(MeterRegistry meters) {
    DeadLetterCounts counts = new DeadLetterCounts(meters, MAX_PAIRS);
    return deadLetter -> counts.add(deadLetter.value());
  }

  @Override
  public void close() {
    tail.close();
  }
}
