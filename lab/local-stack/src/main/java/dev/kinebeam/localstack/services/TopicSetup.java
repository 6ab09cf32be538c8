package dev.kinebeam.localstack.services;

import dev.kinebeam.programs.process.ProgramFailedException;
import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** Makes the topics that are not there yet. */
final class TopicSetup {
  private static final short ONE_REPLICA = 1;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private TopicSetup() {}

  static void prepare(String bootstrapServers) throws IOException {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      Set<String> known = admin.listTopics().names().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      List<NewTopic> missing =
          Topics.ALL.stream()
              .filter(topic -> !known.contains(topic.name()))
              .map(TopicSetup::newTopic)
              .toList();
      admin.createTopics(missing).all().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new ProgramFailedException("the topics could not be made: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProgramFailedException("interrupted while topics were made", e);
    }
  }

  private static NewTopic newTopic(Topics.Topic topic) {
    String cleanup =
        topic.compacted() ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE;
    return new NewTopic(topic.name(), topic.partitions(), ONE_REPLICA)
        .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup));
  }
}
