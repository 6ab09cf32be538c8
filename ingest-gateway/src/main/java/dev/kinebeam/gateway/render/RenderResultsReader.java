package dev.kinebeam.gateway.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.program.kafka.TopicTail;
import dev.kinebeam.schemas.Topics;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code render-results} from its end and notifies the requests that wait for the render
 * named by each record's key. Results that were missed during an outage are found in the table.
 */
public final class RenderResultsReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RenderResultsReader.class);

  private final TopicTail tail;

  private RenderResultsReader(TopicTail tail) {
    this.tail = tail;
  }

  /** Begins to follow. */
  public static RenderResultsReader start(KafkaSettings kafka, RenderNotifier notifier) {
    return new RenderResultsReader(
        TopicTail.start(
            kafka,
            Topics.RENDER_RESULTS,
            TopicTail.From.END,
            result -> notifyEnded(notifier, result.key())));
  }

  private static void notifyEnded(RenderNotifier notifier, byte[] key) {
    String id = key == null ? "none" : new String(key, UTF_8);
    try {
      notifier.notifyEnded(UUID.fromString(id));
    } catch (IllegalArgumentException e) {
      LOG.warn("render-results holds a record whose key is not a render id: {}", id);
    }
  }

  @Override
  public void close() {
    tail.close();
  }
}
