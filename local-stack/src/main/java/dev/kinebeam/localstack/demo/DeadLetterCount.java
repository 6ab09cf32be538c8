package dev.kinebeam.localstack.demo;

import dev.kinebeam.schemas.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** How many records a topic has had, by the broker's own offsets. */
final class DeadLetterCount {
  private final String bootstrapServers;
  private final long before;

  private DeadLetterCount(String bootstrapServers, long before) {
    this.bootstrapServers = bootstrapServers;
    this.before = before;
  }

  /** Counts from now on. */
  static DeadLetterCount fromNow(String bootstrapServers)
      throws ExecutionException, InterruptedException {
    return new DeadLetterCount(bootstrapServers, end(bootstrapServers));
  }

  long count() throws ExecutionException, InterruptedException {
    return end(bootstrapServers) - before;
  }

  private static long end(String bootstrapServers) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      String topic = Topics.MEDIA_EVENTS_REJECTED;
      TopicDescription description =
          admin.describeTopics(java.util.List.of(topic)).allTopicNames().get().get(topic);
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (TopicPartitionInfo partition : description.partitions()) {
        ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
      }
      return admin.listOffsets(ends).all().get().values().stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    }
  }
}
