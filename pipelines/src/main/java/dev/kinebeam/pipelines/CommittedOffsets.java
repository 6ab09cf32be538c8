package dev.kinebeam.pipelines;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Looks whether a consumer group was used before. */
final class CommittedOffsets {
  private static final int LIMIT_SECONDS = 10;

  private CommittedOffsets() {}

  /**
   * What to tell whoever starts a job in this group without saved state; empty when the group is
   * new, and the topic will be read from its beginning.
   */
  static Optional<String> warning(TelemetrySettings.Kafka kafka) {
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_SECONDS * 1000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_SECONDS * 500))) {
      boolean used =
          admin
              .listConsumerGroupOffsets(kafka.group())
              .partitionsToOffsetAndMetadata()
              .get(LIMIT_SECONDS, TimeUnit.SECONDS)
              .keySet()
              .stream()
              .anyMatch(partition -> partition.topic().equals(kafka.topic()));
      return used
          ? Optional.of(
              "group %s has read %s before, and no saved state is given: sessions that were running stay incomplete. Give --restore-from, or a new --group"
                  .formatted(kafka.group(), kafka.topic()))
          : Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.of(
          "Kafka at %s does not say whether group %s has read %s before (%s); the job waits for it"
              .formatted(kafka.bootstrapServers(), kafka.group(), kafka.topic(), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
