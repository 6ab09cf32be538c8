package dev.kinebeam.trials.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.direct.DirectPipelines;
import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.Restarts;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.writer.ArchiveSettings;
import dev.kinebeam.eventarchive.writer.Archiver;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.pipelines.TelemetrySettings;
import dev.kinebeam.pipelines.backfill.ArchiveLocation;
import dev.kinebeam.pipelines.backfill.Backfill;
import dev.kinebeam.pipelines.backfill.BackfillReport;
import dev.kinebeam.pipelines.backfill.BackfillSettings;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.accounting.Accounting;
import dev.kinebeam.trials.accounting.DeadLetterCount;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.Patients;
import dev.kinebeam.trials.patients.SentSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real Kafka, the job on a real Flink, real PostgreSQL: rows compared with what was sent. */
class TelemetryIT {
  private static final int SESSIONS = 60;

  @TempDir static Path dir;

  private static LocalStack stack;
  private static InProcessFlink flink;

  private final Accounting accounting =
      new Accounting(new DemoDatabase(stack.endpoints().database()).owner());

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
  void everySessionHasItsRowAfterDisorderMalformedRecordsARestartAndAReplay() throws Exception {
    List<SentSession> sessions = sessions();
    DeadLetterCount deadLetters =
        DeadLetterCount.fromNow(stack.endpoints().kafkaBootstrapServers());
    PipelineResult job = TelemetryJob.submit(settings("first"), here(), flink);

    try (EventFeed feed =
        new EventFeed(stack.endpoints().kafkaBootstrapServers(), Topics.MEDIA_EVENTS)) {
      List<ProducerRecord<String, byte[]>> records = disordered(feed, sessions);
      int half = records.size() / 2;
      feed.send(records.subList(0, half));
      feed.sendMalformed("\u0000\u00ff not an event".getBytes(StandardCharsets.ISO_8859_1));
      feed.sendMalformed(new byte[0]);
      feed.sendMalformed(null);
      Eventually.until("rows", () -> accounting.sessions(sessions).rows() > SESSIONS / 4);
      Optional<String> left = LeftState.of(job, dir.resolve("flink"));

      feed.send(records.subList(half, records.size()));
      job = TelemetryJob.submit(settings("first"), here().restoring(left), flink);
    }
    Eventually.until("all closed", () -> accounting.closed(sessions) == SESSIONS);
    Eventually.until("all equal", () -> differences(sessions).isEmpty());
    assertThat(deadLetters.count()).isBetween(3L, 6L);
    job.cancel();

    // A job that has lost everything and reads the topic again must leave the rows as they are.
    long before = deadLetters.count();
    job = TelemetryJob.submit(settings("second"), here(), flink);
    Eventually.until("replayed", () -> deadLetters.count() >= before + 3);
    assertThat(accounting.closed(sessions)).isEqualTo(SESSIONS);
    Eventually.until("all equal again", () -> differences(sessions).isEmpty());
    job.cancel();

    BackfillReport made = madeAgainFromTheArchive();
    assertThat(made.sessions()).isEqualTo(SESSIONS);
    assertThat(made.running()).isZero();
    assertThat(made.differences()).isEmpty();
  }

  private static BackfillReport madeAgainFromTheArchive() throws Exception {
    Map<String, String> env = stack.endpoints().toEnvironment(ProgramRole.PIPELINE);
    TelemetrySettings settings = settings("none");
    try (ArchiveStore archive = ArchiveStore.fromEnvironment(env);
        Archiver archiver =
            Archiver.start(
                ArchiveSettings.of(settings.source().kafka(), dir.resolve("spool")), archive)) {
      archiver.archiveUpToNow(Eventually.LIMIT);
    }
    Instant now = Instant.now();
    BackfillSettings compare =
        BackfillSettings.of(
                ArchiveLocation.bucket(env),
                settings.database(),
                now.minus(Duration.ofHours(3)),
                now,
                BackfillSettings.Mode.COMPARE)
            .waiting(settings.silence());
    return new Backfill(compare, DirectPipelines.batch(2, Map.of()), line -> {}).run();
  }

  private List<String> differences(List<SentSession> sessions) throws Exception {
    List<String> all = new ArrayList<>(accounting.sessions(sessions).differences());
    all.addAll(accounting.stalls(sessions).differences());
    return all;
  }

  private static List<SentSession> sessions() {
    Patients writer = Patients.seeded(7);
    List<Clinics.Patient> patients = Clinics.patients(10);
    List<SentSession> sessions = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(
          new SentSession(
              writer.session(new UUID(0x7e57, i), "hashed", new UUID(1, 1), 90),
              patients.get(i % patients.size()),
              System.currentTimeMillis() - 3_600_000));
    }
    return sessions;
  }

  private static List<ProducerRecord<String, byte[]>> disordered(
      EventFeed feed, List<SentSession> sessions) throws Exception {
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    for (SentSession session : sessions) {
      records.addAll(feed.records(session));
    }
    records.addAll(records.subList(0, records.size() / 5));
    Collections.shuffle(records, new Random(7));
    return records;
  }

  private static TelemetrySettings settings(String group) {
    Endpoints endpoints = stack.endpoints();
    Endpoints.Login login = endpoints.database().programs().get(ProgramRole.PIPELINE);
    return TelemetrySettings.of(
            endpoints.kafka(),
            new DatabaseSettings(endpoints.database().url(), login.user(), login.password()))
        .reading(Topics.MEDIA_EVENTS, group)
        .waiting(
            new SilenceTimeouts(Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofHours(1)),
            Duration.ofSeconds(1));
  }

  private static FlinkSettings here() {
    return FlinkSettings.here(2).checkpointingEvery(Duration.ofSeconds(1));
  }
}
