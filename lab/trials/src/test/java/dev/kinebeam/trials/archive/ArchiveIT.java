package dev.kinebeam.trials.archive;

import static dev.kinebeam.trials.archive.TopicContent.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.beam.direct.DirectPipelines;
import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.eventarchive.ArchiveReader;
import dev.kinebeam.eventarchive.ArchiveRewrite;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.SessionRecords;
import dev.kinebeam.eventarchive.writer.ArchiveSettings;
import dev.kinebeam.eventarchive.writer.Archiver;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.pipelines.backfill.ArchiveLocation;
import dev.kinebeam.pipelines.backfill.Backfill;
import dev.kinebeam.pipelines.backfill.BackfillMain;
import dev.kinebeam.pipelines.backfill.BackfillReport;
import dev.kinebeam.pipelines.backfill.BackfillSettings;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.accounting.Accounting;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.archive.TopicContent.Entry;
import dev.kinebeam.trials.demo.EventFeed;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.MalformedRecords;
import dev.kinebeam.trials.patients.Patients;
import dev.kinebeam.trials.patients.SentSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The archive between the real Kafka and the real S3, and the rows that are made from it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ArchiveIT {
  private static final Duration LIMIT = Eventually.LIMIT;
  private static final int SESSIONS = 60;
  private static final int MALFORMED = 12;

  /** Whoever vanished is silent for long enough once the archive's horizon is recorded. */
  private static final SilenceTimeouts SILENCE =
      new SilenceTimeouts(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofHours(1));

  @TempDir static Path dir;

  private static LocalStack stack;
  private static ArchiveStore archive;
  private static EventFeed feed;

  private static final Map<UUID, Set<String>> VALUES_BY_PATIENT = new HashMap<>();
  private static List<SentSession> sessions;

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start(StackSettings.forTests(dir.resolve("stack")));
    archive = ArchiveStore.fromEnvironment(environment());
    feed = new EventFeed(kafka(), Topics.MEDIA_EVENTS);
    sessions = sessions();
  }

  @AfterAll
  static void stop() throws Exception {
    feed.close();
    archive.close();
    stack.close();
  }

  @Test
  @Order(1)
  void everyRecordIsArchivedByteForByte() throws Exception {
    for (SentSession session : sessions) {
      send(session);
    }
    MalformedRecords.pour(kafka(), MalformedRecords.any(MALFORMED, 7));

    try (Archiver archiver = archiver()) {
      archiver.archiveUpToNow(LIMIT);

      assertThat(archiver.progress().records()).isEqualTo(topic().size());
    }
    assertThat(topic()).hasSizeGreaterThan(1000);
    assertThat(TopicContent.ofArchive(archive)).isEqualTo(topic());
  }

  @Test
  @Order(2)
  void aBackfillMakesTheRowsThatTheSessionsMustLeave() throws Exception {
    BackfillReport written = backfill(BackfillSettings.Mode.WRITE);

    assertThat(written.isClean()).as(written.toString()).isTrue();
    assertThat(written.records()).isEqualTo(topic().size());
    assertThat(written.refused()).isEqualTo(MALFORMED);
    assertThat(written.sessions()).isEqualTo(SESSIONS);
    assertThat(written.running()).isZero();
    Accounting accounting = new Accounting(new DemoDatabase(stack.endpoints().database()).owner());
    assertThat(accounting.sessions(sessions).differences()).isEmpty();
    assertThat(accounting.stalls(sessions).differences()).isEmpty();

    assertThat(written.stalls()).isPositive();
    FileAddress report =
        FileAddress.parse(
            "s3://" + environment().get(ArchiveStore.BUCKET) + "/report.json", environment());
    Said said =
        backfillCommand(
            "--compare",
            "--playing-timeout=PT0.001S",
            "--paused-timeout=PT0.001S",
            "--report=" + report);
    assertThat(said.out).contains("0 differing columns");
    assertThat(report.text()).contains("\"sessions\":" + SESSIONS, "\"differences\":{}");
    assertThat(said.exit).isZero();
  }

  @Test
  @Order(3)
  void aRowThatIsNotWhatTheArchiveSaysIsNamed() throws Exception {
    changeRows(
        "UPDATE media_session_metrics SET error_count = error_count + 1 WHERE session_id = ?");

    BackfillReport compared = backfill(BackfillSettings.Mode.COMPARE);

    assertThat(compared.differences()).isEqualTo(Map.of("media_session_metrics.error_count", 1L));
    changeRows(
        "UPDATE media_session_metrics SET error_count = error_count - 1 WHERE session_id = ?");
  }

  /** What a crash between an upload and its commit leaves: objects, and an older offset. */
  @Test
  @Order(4)
  void whatWasStoredAndNotCommittedIsStoredAgainAndReportedOnce() throws Exception {
    rewindHalfway();
    // Meanwhile the first patient's sessions are sent again, and another patient sends into one.
    SentSession victim = sessions.get(0);
    send(victim);
    send(new SentSession(victim.script(), sessions.get(1).patient(), victim.baseMs()));
    int before = new ArchiveReader(archive).allObjects().size();

    try (Archiver archiver = archiver()) {
      archiver.archiveUpToNow(LIMIT);
    }

    assertThat(new ArchiveReader(archive).allObjects()).hasSizeGreaterThan(before);
    assertThat(TopicContent.ofArchive(archive)).isEqualTo(topic());
  }

  @Test
  @Order(5)
  void anUnavailableStoreIsWaitedFor() throws Exception {
    try (Archiver archiver = archiver()) {
      archiver.archiveUpToNow(LIMIT);
      stack.kill("s3");
      send(sessions.get(2));
      assertThatThrownBy(() -> archiver.archiveUpToNow(Duration.ofSeconds(2)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not archived within PT2S");
      stack.revive("s3");
      archiver.archiveUpToNow(LIMIT);
    }
    assertThat(TopicContent.ofArchive(archive)).isEqualTo(topic());
  }

  @Test
  @Order(6)
  void archiversOfOneGroupHandOver() throws Exception {
    try (Archiver first = archiver()) {
      first.archiveUpToNow(LIMIT);
      try (Archiver second = archiver()) {
        for (int i = 3; i < 8; i++) {
          send(sessions.get(i));
        }
        second.archiveUpToNow(LIMIT);
      }
      first.archiveUpToNow(LIMIT);
    }
    assertThat(TopicContent.ofArchive(archive)).isEqualTo(topic());
  }

  @Test
  @Order(7)
  void oneSessionsRecordsAreFoundExactly() throws Exception {
    SentSession session = sessions.get(0);
    UUID patient = session.patient().patientId();

    SessionRecords.Found found =
        new SessionRecords(archive, Topics.partitions(Topics.MEDIA_EVENTS))
            .of(
                new SessionRecords.Session(
                    session.patient().clinic().orgId(), patient, session.script().sessionId()),
                Instant.now().minus(Duration.ofHours(1)),
                Instant.now().plus(Duration.ofHours(1)),
                Long.MAX_VALUE);

    List<String> expected =
        topic().stream()
            .filter(e -> session.script().sessionId().toString().equals(e.key()))
            .map(Entry::value)
            .filter(VALUES_BY_PATIENT.get(patient)::contains)
            .toList();
    assertThat(found.broken()).isEmpty();
    assertThat(expected).hasSize(2 * session.script().events().size());
    // Sent twice, returned once.
    List<String> records = found.records().stream().map(r -> text(r.value())).toList();
    assertThat(records).hasSize(session.script().events().size()).doesNotHaveDuplicates();
    assertThat(expected).containsSubsequence(records);
  }

  @Test
  @Order(8)
  void onlyTheErasedPatientIsTakenOut() throws Exception {
    UUID patient = sessions.get(0).patient().patientId();
    UUID org = sessions.get(0).patient().clinic().orgId();
    MalformedRecords.pour(kafka(), List.of(("not json, of " + patient).getBytes(UTF_8)));
    try (Archiver archiver = archiver()) {
      archiver.archiveUpToNow(LIMIT);
    }
    List<Entry> others =
        topic().stream()
            .filter(e -> !VALUES_BY_PATIENT.get(patient).contains(e.value()))
            .filter(e -> e.value() == null || !e.value().startsWith("not json, of"))
            .toList();
    ArchiveRewrite rewrite = new ArchiveRewrite(archive, progress -> {});

    ArchiveRewrite.Outcome first = rewrite.withoutPatient(org, patient);

    assertThat(first.broken()).isEmpty();
    assertThat(first.recordsRemoved()).isGreaterThanOrEqualTo(topic().size() - others.size());
    assertThat(TopicContent.ofArchive(archive)).isEqualTo(others);
    ArchiveRewrite.Outcome second = rewrite.withoutPatient(org, patient);
    assertThat(second.recordsRemoved()).isZero();
    assertThat(second.rewritten() + second.deleted()).isZero();
    assertThat(TopicContent.ofArchive(archive)).isEqualTo(others);
  }

  @Test
  @Order(9)
  void aBrokenObjectIsNamedAndTheRestIsDone() throws Exception {
    List<ArchiveObject> objects = new ArchiveReader(archive).allObjects();
    ArchiveObject broken =
        objects.stream().max((a, b) -> Long.compare(a.bytes(), b.bytes())).orElseThrow();
    byte[] content = archive.read(broken.key()).orElseThrow();
    archive.put(broken.key(), Arrays.copyOf(content, content.length / 2));

    Said said = backfillCommand("--dry-run");

    assertThat(said.exit).as(said.out).isEqualTo(1);
    assertThat(said.out)
        .containsOnlyOnce("broken object ")
        .contains("broken object " + broken.key() + ": it breaks off after line ")
        .contains(objects.size() + " objects, ");
    assertThat(sessionsIn(said.out)).isBetween(sessionsOutside(broken.partition()), SESSIONS - 1L);
    ArchiveRewrite.Outcome rewritten =
        new ArchiveRewrite(archive, progress -> {})
            .withoutPatient(UUID.randomUUID(), UUID.randomUUID());
    assertThat(rewritten.broken()).extracting("key").containsExactly(broken.key());
  }

  private static long sessionsIn(String out) {
    return Long.parseLong(out.replaceAll("(?s).* refused\\): (\\d+) sessions.*", "$1"));
  }

  /** Of all patients but the one who was taken out. */
  private static long sessionsOutside(int partition) {
    Set<String> kept =
        sessions.stream()
            .filter(s -> !s.patient().equals(sessions.get(0).patient()))
            .map(s -> s.script().sessionId().toString())
            .collect(Collectors.toSet());
    return topic().stream()
        .filter(e -> e.partition() != partition && kept.contains(e.key()))
        .map(Entry::key)
        .distinct()
        .count();
  }

  private static List<SentSession> sessions() {
    Patients writer = Patients.seeded(11);
    List<Clinics.Patient> patients = Clinics.patients(10);
    List<SentSession> sessions = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(
          new SentSession(
              writer.session(new UUID(0xa4c1, i), "hashed", new UUID(1, 1), 90),
              patients.get(i % patients.size()),
              System.currentTimeMillis() - 3_600_000));
    }
    return sessions;
  }

  private static void send(SentSession session) throws Exception {
    List<ProducerRecord<String, byte[]>> records = feed.records(session);
    records.forEach(
        r ->
            VALUES_BY_PATIENT
                .computeIfAbsent(session.patient().patientId(), p -> new HashSet<>())
                .add(text(r.value())));
    feed.send(records);
  }

  private static List<Entry> topic() {
    return TopicContent.ofKafka(kafka(), Topics.MEDIA_EVENTS);
  }

  private static String kafka() {
    return stack.endpoints().kafkaBootstrapServers();
  }

  private static Map<String, String> environment() {
    return stack.endpoints().toEnvironment(ProgramRole.PIPELINE);
  }

  private static Archiver archiver() throws IOException {
    return Archiver.start(
        ArchiveSettings.of(stack.endpoints().kafka(), dir.resolve("spool")), archive);
  }

  /** Sets each partition's committed offset back to its middle. */
  private static void rewindHalfway() throws Exception {
    String group = ArchiveSettings.of(stack.endpoints().kafka(), dir).group();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka()))) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      assertThat(committed).hasSize(Topics.partitions(Topics.MEDIA_EVENTS));
      Map<TopicPartition, OffsetAndMetadata> half = new HashMap<>();
      committed.forEach((p, offset) -> half.put(p, new OffsetAndMetadata(offset.offset() / 2)));
      admin.alterConsumerGroupOffsets(group, half).all().get();
    }
  }

  private static BackfillReport backfill(BackfillSettings.Mode mode) throws Exception {
    Endpoints.Database database = stack.endpoints().database();
    Endpoints.Login login = database.programs().get(ProgramRole.PIPELINE);
    BackfillSettings settings =
        BackfillSettings.of(
                ArchiveLocation.bucket(environment()),
                new DatabaseSettings(database.url(), login.user(), login.password()),
                Instant.now().minus(Duration.ofHours(3)),
                Instant.now(),
                mode)
            .waiting(SILENCE);
    return new Backfill(settings, DirectPipelines.batch(2, Map.of()), line -> {}).run();
  }

  private record Said(int exit, String out) {}

  private static Said backfillCommand(String... flags) {
    StringWriter out = new StringWriter();
    List<String> all =
        new ArrayList<>(
            List.of(
                "--from=" + Instant.now().minus(Duration.ofHours(3)),
                "--to=" + Instant.now(),
                "--database-url=" + environment().get("DATABASE_URL"),
                "--database-user=" + environment().get("DATABASE_USER")));
    all.addAll(List.of(flags));
    int exit =
        new CommandLine(new BackfillMain(environment()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .execute(all.toArray(String[]::new));
    return new Said(exit, out.toString());
  }

  private static void changeRows(String sql) throws Exception {
    try (var connection = new DemoDatabase(stack.endpoints().database()).owner().getConnection();
        var update = connection.prepareStatement(sql)) {
      update.setObject(1, sessions.get(5).script().sessionId());
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }
}
