package dev.kinebeam.localstack.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.DatabaseConfig;
import dev.kinebeam.gateway.automations.AutomationFeed;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.ProgramRole;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.schemas.Topics;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every change reaches the topic once, whatever happens to the relays. */
class AutomationFeedIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path dataDir;

  private Endpoints endpoints;
  private String kafka;

  @Test
  @SuppressWarnings("try") // the relays work by themselves
  void everyChangeIsPublishedOnceAndInOrder() throws Exception {
    try (LocalStack stack = LocalStack.start(StackSettings.forTests(dataDir))) {
      endpoints = stack.endpoints();
      Map<String, String> env = endpoints.toEnvironment(ProgramRole.GATEWAY);
      kafka = env.get("KAFKA_BOOTSTRAP_SERVERS");
      try (Database database =
          Database.open(
              new DatabaseConfig(
                  env.get("DATABASE_URL"),
                  env.get("DATABASE_USER"),
                  env.get("DATABASE_PASSWORD"),
                  6,
                  Duration.ofSeconds(5)))) {
        open(3);
        try (AutomationFeed first = AutomationFeed.start(database, kafka);
            AutomationFeed second = AutomationFeed.start(database, kafka)) {
          awaitPublished(3);
          open(2);
          awaitPublished(5);
        }
        // A relay died after sending the sixth change and before it could remember it.
        open(1);
        sendAsARelayThatDies(6);
        open(2);
        try (AutomationFeed third = AutomationFeed.start(database, kafka)) {
          awaitPublished(8);
        }
        assertThat(published())
            .containsExactly(LongStream.rangeClosed(1, 8).boxed().toArray(Long[]::new));
      }
    }
  }

  private void open(int automations) throws Exception {
    Endpoints.Login admin = endpoints.database().admin();
    try (Connection connection =
            DriverManager.getConnection(
                endpoints.database().url(), admin.user(), admin.password());
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO automations
                  (automation_id, org_id, rule, subject, title, opened_at, evidence)
                VALUES (?, ?, 'cdn_issue', '', 'CDN issue affecting patients', now(), '{}')
                """)) {
      for (int i = 0; i < automations; i++) {
        insert.setObject(1, UUID.randomUUID());
        insert.setObject(2, UUID.randomUUID());
        insert.executeUpdate();
      }
    }
  }

  private void sendAsARelayThatDies(long changeId) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka),
            new StringSerializer(),
            new ByteArraySerializer())) {
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(Topics.AUTOMATION_ALERTS, UUID.randomUUID().toString(), new byte[0]);
      record.headers().add(AutomationFeed.CHANGE_ID, Long.toString(changeId).getBytes(UTF_8));
      producer.send(record).get();
    }
  }

  private void awaitPublished(int n) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (published().size() < n) {
      assertThat(System.nanoTime())
          .as("%s of %d are published", published(), n)
          .isLessThan(deadline);
    }
    assertThat(published()).hasSize(n);
  }

  private List<Long> published() {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition feed = new TopicPartition(Topics.AUTOMATION_ALERTS, 0);
      consumer.assign(List.of(feed));
      consumer.seekToBeginning(List.of(feed));
      long end = consumer.endOffsets(List.of(feed)).get(feed);
      List<Long> ids = new ArrayList<>();
      while (consumer.position(feed) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          ids.add(
              Long.parseLong(
                  new String(
                      record.headers().lastHeader(AutomationFeed.CHANGE_ID).value(), UTF_8)));
        }
      }
      return ids;
    }
  }
}
