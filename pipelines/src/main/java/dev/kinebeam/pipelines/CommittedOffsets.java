package dev.kinebeam.pipelines;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Looks whether a consumer group was used before. */
final class CommittedOffsets {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private CommittedOffsets() {}

  /**
   * The warning for an operator who starts a job in this group without saved state; empty when the
   * group is new, and the topic will be read from its beginning.
   */
  static Optional<String> warning(TelemetrySettings.Source source) {
    try (Admin admin = source.kafka().admin(LIMIT)) {
      boolean used =
          admin
              .listConsumerGroupOffsets(source.group())
              .partitionsToOffsetAndMetadata()
              .get(LIMIT.toSeconds(), TimeUnit.SECONDS)
              .keySet()
              .stream()
              .anyMatch(partition -> partition.topic().equals(source.topic()));
      return used
          ? Optional.of(
              "group %s has read %s before, and no saved state is given: sessions that were running stay incomplete. Give --restore-from, or a new --group"
                  .formatted(source.group(), source.topic()))
          : Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.of(
          "Kafka at %s does not say whether group %s has read %s before (%s); the job waits for it"
              .formatted(
                  source.kafka().bootstrapServers(),
                  source.group(),
                  source.topic(),
                  e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
