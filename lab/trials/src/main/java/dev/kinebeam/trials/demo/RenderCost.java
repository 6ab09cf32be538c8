package dev.kinebeam.trials.demo;

import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.render.RenderResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What a render cost when it was baked, in seconds.
 *
 * @param normaliseSeconds of the primitives that were not there yet
 */
record RenderCost(double normaliseSeconds, double composeSeconds) {
  /** Of a render that was found. */
  static final RenderCost NOTHING = new RenderCost(0, 0);

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /**
   * By the latest result in {@code render-results}, where it is once the gateway answers with it.
   */
  static RenderCost of(UUID renderId, String bootstrapServers) throws IOException {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.RENDER_RESULTS).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + TIMEOUT.toNanos();
      RenderCost found = null;
      while (System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          RenderResult result = Json.MAPPER.readValue(record.value(), RenderResult.class);
          if (result.renderId().equals(renderId) && isBaked(result)) {
            found =
                new RenderCost(
                    result.timings().normaliseSeconds(), result.timings().composeSeconds());
          }
        }
        if (found != null && atEnd(consumer, partitions)) {
          return found;
        }
      }
      throw new IOException(
          "no result of render "
              + renderId
              + " in "
              + Topics.RENDER_RESULTS
              + " after "
              + TIMEOUT.toSeconds()
              + " s");
    }
  }

  /** A repeated order is answered too, at no cost: what counts is the one that was baked. */
  private static boolean isBaked(RenderResult result) {
    return result.timings() != null && result.timings().composeSeconds() > 0;
  }

  private static boolean atEnd(
      KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    return partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p));
  }
}
