package dev.kinebeam.trials.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads whole topics for tests. */
public final class TopicRecords {
  private TopicRecords() {}

  /** Everything in a topic whose keys are texts, from its beginning to its present end. */
  public static List<ConsumerRecord<String, byte[]>> all(String bootstrapServers, String topic) {
    return all(bootstrapServers, topic, new StringDeserializer());
  }

  /** The same, with keys in another form. */
  public static <K> List<ConsumerRecord<K, byte[]>> all(
      String bootstrapServers, String topic, Deserializer<K> keys) {
    try (KafkaConsumer<K, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers), keys, new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<K, byte[]>> found = new ArrayList<>();
      // Positions and not counts: offsets have gaps where records were compacted, or transactions
      // end.
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofSeconds(1)).forEach(found::add);
      }
      return found;
    }
  }
}
