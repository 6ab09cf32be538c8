package dev.kinebeam.trials.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.Restarts;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.pipelines.TelemetrySettings;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.accounting.Accounting;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.Patients;
import dev.kinebeam.trials.patients.SentSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partitions are added while the telemetry job runs, and while it is stopped. */
class PartitionGrowthIT {
  private static final String GROUP = "growth";
  private static final int SESSIONS = 40;

  @TempDir static Path dir;

  private static LocalStack stack;
  private static InProcessFlink flink;

  private final Accounting accounting =
      new Accounting(new DemoDatabase(stack.endpoints().database()).owner());
  private final List<SentSession> sessions = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start(StackSettings.forTests(dir.resolve("stack")));
    flink =
        InProcessFlink.start(
            InProcessFlink.Settings.of(2, Restarts.ALWAYS).in(dir.resolve("flink")));
  }

  @AfterAll
  static void stop() throws Exception {
    flink.close();
    stack.close();
  }

  @Test
  void whatIsInNewPartitionsHasRows() throws Exception {
    PipelineResult job = TelemetryJob.submit(settings(), here(), flink);
    List<ProducerRecord<String, byte[]>> first = records(1);
    send(first.subList(0, first.size() / 2));
    Eventually.until("rows of the first", () -> accounting.sessions(sessions).rows() > 0);

    // Keys map to other partitions now: half of each session lies elsewhere than the other half.
    grow(8);
    send(first.subList(first.size() / 2, first.size()));
    send(records(2));
    Eventually.until("all of 8 partitions have rows", this::allEqual);
    Eventually.until("an offset of each is committed", () -> committedPartitions() == 8);

    Optional<String> left = LeftState.of(job, dir.resolve("flink"));
    grow(13);
    send(records(3));
    TelemetryJob.submit(settings(), here().restoring(left), flink);
    Eventually.until("all of 13 partitions have rows", this::allEqual);
    Eventually.until("an offset of each is committed", () -> committedPartitions() == 13);
    assertThat(accounting.closed(sessions)).isEqualTo(3 * SESSIONS);
  }

  private boolean allEqual() throws Exception {
    return accounting.closed(sessions) == sessions.size()
        && accounting.sessions(sessions).differences().isEmpty()
        && accounting.stalls(sessions).differences().isEmpty();
  }

  private List<ProducerRecord<String, byte[]>> records(int wave) throws Exception {
    Patients writer = Patients.seeded(wave);
    List<Clinics.Patient> patients = Clinics.patients(10);
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    try (EventFeed feed = new EventFeed(kafka(), Topics.MEDIA_EVENTS)) {
      for (int i = 0; i < SESSIONS; i++) {
        SentSession session =
            new SentSession(
                writer.session(new UUID(wave, i), "hashed", new UUID(1, 1), 90),
                patients.get(i % patients.size()),
                System.currentTimeMillis() - 3_600_000);
        sessions.add(session);
        records.addAll(feed.records(session));
      }
    }
    Collections.shuffle(records, new Random(wave));
    return records;
  }

  /** With a producer that has just asked for the partitions. */
  private static void send(List<ProducerRecord<String, byte[]>> records) throws Exception {
    try (EventFeed feed = new EventFeed(kafka(), Topics.MEDIA_EVENTS)) {
      feed.send(records);
    }
  }

  /** Returns when each partition has a leader: before that a producer may reorder its batches. */
  private static void grow(int partitions) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka()))) {
      admin
          .createPartitions(Map.of(Topics.MEDIA_EVENTS, NewPartitions.increaseTo(partitions)))
          .all()
          .get(30, TimeUnit.SECONDS);
      admin
          .listOffsets(
              IntStream.range(0, partitions)
                  .mapToObj(partition -> new TopicPartition(Topics.MEDIA_EVENTS, partition))
                  .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static long committedPartitions() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka()))) {
      return admin
          .listConsumerGroupOffsets(GROUP)
          .partitionsToOffsetAndMetadata()
          .get(30, TimeUnit.SECONDS)
          .keySet()
          .stream()
          .map(TopicPartition::topic)
          .filter(Topics.MEDIA_EVENTS::equals)
          .count();
    }
  }

  private static String kafka() {
    return stack.endpoints().kafkaBootstrapServers();
  }

  private static TelemetrySettings settings() {
    Endpoints endpoints = stack.endpoints();
    Endpoints.Login login = endpoints.database().programs().get(ProgramRole.PIPELINE);
    return TelemetrySettings.of(
            endpoints.kafka(),
            new DatabaseSettings(endpoints.database().url(), login.user(), login.password()))
        .reading(Topics.MEDIA_EVENTS, GROUP)
        .waiting(
            new SilenceTimeouts(Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofHours(1)),
            Duration.ofSeconds(1));
  }

  private static FlinkSettings here() {
    return FlinkSettings.here(2).checkpointingEvery(Duration.ofSeconds(1));
  }
}
