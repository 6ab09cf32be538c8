package dev.kinebeam.trials.drill;

import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Partitions that were added to the topic of events while it was in use. */
final class AddedPartitions {
  private static final int LIMIT_SECONDS = 30;

  private final String kafka;
  private final List<TopicPartition> partitions;

  private AddedPartitions(String kafka, List<TopicPartition> partitions) {
    this.kafka = kafka;
    this.partitions = partitions;
  }

  /** Adds so many; returns when each has a leader. */
  static AddedPartitions add(String kafka, int more) throws IOException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
      int before =
          admin
              .describeTopics(List.of(Topics.MEDIA_EVENTS))
              .topicNameValues()
              .get(Topics.MEDIA_EVENTS)
              .get(LIMIT_SECONDS, TimeUnit.SECONDS)
              .partitions()
              .size();
      admin
          .createPartitions(Map.of(Topics.MEDIA_EVENTS, NewPartitions.increaseTo(before + more)))
          .all()
          .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      AddedPartitions added =
          new AddedPartitions(
              kafka,
              IntStream.range(before, before + more)
                  .mapToObj(number -> new TopicPartition(Topics.MEDIA_EVENTS, number))
                  .toList());
      added.ends(admin);
      return added;
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no partitions could be added: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while partitions were added", e);
    }
  }

  /** Whether events were accepted into every one of them. */
  boolean allHoldEvents() throws IOException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
      return ends(admin).values().stream().allMatch(end -> end.offset() > 0);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the ends of " + partitions + " are not known: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Kafka was asked", e);
    }
  }

  private Map<TopicPartition, ListOffsetsResultInfo> ends(Admin admin)
      throws ExecutionException, InterruptedException, TimeoutException {
    return admin
        .listOffsets(
            partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
        .all()
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }
}
