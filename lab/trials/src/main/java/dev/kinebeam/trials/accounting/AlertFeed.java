package dev.kinebeam.trials.accounting;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What the feed of automations has published since a moment. Automations that were published as
 * open before it are another run's and left out. Not for use by two threads at once.
 */
public final class AlertFeed implements AutoCloseable {
  private static final String OPENED = "opened";
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> records;
  private final List<TopicPartition> partitions;
  private final Set<UUID> openedSince = new HashSet<>();
  private final List<Change> changes = new ArrayList<>();

  private AlertFeed(KafkaConsumer<byte[], byte[]> records) {
    this.records = records;
    this.partitions =
        records.partitionsFor(Topics.AUTOMATION_ALERTS).stream()
            .map(info -> new TopicPartition(Topics.AUTOMATION_ALERTS, info.partition()))
            .toList();
    records.assign(partitions);
    records.endOffsets(partitions).forEach(records::seek);
  }

  /**
   * One record of the feed.
   *
   * @param id of the change; no two records may have the same
   * @param what such as {@code opened} or {@code resolved}
   */
  public record Change(
      long id, UUID automationId, UUID orgId, String rule, String subject, String what) {}

  /** Listens from now on. */
  public static AlertFeed fromNow(String bootstrapServers) {
    KafkaConsumer<byte[], byte[]> records =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "enable.auto.commit",
                "false",
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    try {
      return new AlertFeed(records);
    } catch (RuntimeException e) {
      records.close();
      throw e;
    }
  }

  /** All that the topic holds at the moment of the call, in its order. */
  public List<Change> changes() throws IOException {
    Map<TopicPartition, Long> ends = records.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> records.position(p) < ends.get(p))) {
      for (ConsumerRecord<byte[], byte[]> record : records.poll(POLL_TIMEOUT)) {
        Change change = read(Json.MAPPER.readTree(record.value()));
        if (change.what().equals(OPENED)) {
          openedSince.add(change.automationId());
        }
        if (openedSince.contains(change.automationId())) {
          changes.add(change);
        }
      }
    }
    return List.copyOf(changes);
  }

  private static Change read(JsonNode change) {
    return new Change(
        change.get("change_id").longValue(),
        UUID.fromString(change.get("automation_id").textValue()),
        UUID.fromString(change.get("org_id").textValue()),
        change.get("rule").textValue(),
        change.get("subject").textValue(),
        change.get("change").textValue());
  }

  /** How many records repeat a change that was published before. */
  public static long repeated(List<Change> changes) {
    Map<Long, Integer> times = new HashMap<>();
    changes.forEach(change -> times.merge(change.id(), 1, Integer::sum));
    return times.values().stream().mapToLong(n -> n - 1L).sum();
  }

  @Override
  public void close() {
    records.close();
  }
}
