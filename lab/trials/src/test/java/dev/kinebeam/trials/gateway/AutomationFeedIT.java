package dev.kinebeam.trials.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.accounting.IdleTransactions;
import dev.kinebeam.worker.relay.AutomationFeed;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every change reaches the topic's readers once, whatever happens to the relays. */
class AutomationFeedIT {
  private static final String COMMITTED = "read_committed";
  private static final String NEWEST =
      " WHERE automation_id = (SELECT automation_id FROM automation_changes"
          + " ORDER BY change_id DESC LIMIT 1)";
  private static final String HOLDERS_STATE =
      "state FROM pg_locks JOIN pg_stat_activity USING (pid)"
          + " WHERE locktype = 'advisory' AND granted"
          + " AND objid::bigint = (hashtext('automation_feed')::bigint & 4294967295)";

  @TempDir static Path dataDir;

  private static LocalStack stack;
  private static Endpoints endpoints;
  private static String kafka;
  private static Database database;

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start(StackSettings.forTests(dataDir));
    endpoints = stack.endpoints();
    Map<String, String> env = endpoints.toEnvironment(ProgramRole.WORKER);
    kafka = env.get("KAFKA_BOOTSTRAP_SERVERS");
    database =
        Database.open(
            new DatabaseSettings(
                env.get("DATABASE_URL"), env.get("DATABASE_USER"), env.get("DATABASE_PASSWORD")),
            6,
            Duration.ofSeconds(5));
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
    stack.close();
  }

  @Test
  @SuppressWarnings("try") // the relays work by themselves
  void everyChangeIsPublishedOnceAndInOrder() throws Exception {
    open(3);
    try (AutomationFeed first = AutomationFeed.start(database, new KafkaSettings(kafka));
        AutomationFeed second = AutomationFeed.start(database, new KafkaSettings(kafka))) {
      awaitAllPublished();
      open(2);
      awaitAllPublished();
    }
    // A relay died after committing a change and before it could do anything else.
    open(1);
    try (KafkaProducer<String, byte[]> dying = relay()) {
      begin(dying, newest());
      dying.commitTransaction();
    }
    open(2);
    try (AutomationFeed third = AutomationFeed.start(database, new KafkaSettings(kafka))) {
      awaitAllPublished();
    }
  }

  /** It has lost its lock without noticing: what it has under way must never be seen. */
  @Test
  @SuppressWarnings("try") // the relay works by itself
  void whatAFencedRelayHasUnderWayIsNeverSeen() throws Exception {
    open(1);
    long change = newest();
    try (KafkaProducer<String, byte[]> old = relay()) {
      begin(old, change);
      assertThat(published("read_uncommitted")).as("it is in the log").contains(change);
      try (AutomationFeed feed = AutomationFeed.start(database, new KafkaSettings(kafka))) {
        awaitAllPublished();
        assertThatThrownBy(old::commitTransaction).isInstanceOf(ProducerFencedException.class);
        open(1);
        awaitAllPublished();
      }
    }
    assertThat(published("read_uncommitted"))
        .as("without transactions it would have been published twice")
        .filteredOn(id -> id == change)
        .hasSize(2);
    assertThat(published(COMMITTED)).containsOnlyOnce(change);
  }

  /** The end of the feed is looked for behind all that was never committed. */
  @Test
  @SuppressWarnings("try") // the relay works by itself
  void abortedTransactionsAtTheEndHideNothing() throws Exception {
    open(1);
    try (AutomationFeed feed = AutomationFeed.start(database, new KafkaSettings(kafka))) {
      awaitAllPublished();
    }
    try (KafkaProducer<String, byte[]> failing = relay()) {
      for (int i = 0; i < 60; i++) {
        begin(failing, newest() + 1);
        failing.abortTransaction();
      }
    }
    open(1);
    try (AutomationFeed feed = AutomationFeed.start(database, new KafkaSettings(kafka))) {
      awaitAllPublished();
    }
  }

  @Test
  @SuppressWarnings("try") // the relays work by themselves
  void relaysWhoseDatabaseConnectionsBreakPublishNothingTwice() throws Exception {
    try (AutomationFeed first = AutomationFeed.start(database, new KafkaSettings(kafka));
        AutomationFeed second = AutomationFeed.start(database, new KafkaSettings(kafka))) {
      for (int round = 0; round < 3; round++) {
        open(40);
        breakTheRelaysConnection();
        open(40);
      }
      awaitAllPublished();
    }
    try (Connection admin = admin();
        Statement ask = admin.createStatement();
        ResultSet row = ask.executeQuery("SELECT told_until FROM automation_feed")) {
      row.next();
      assertThat(row.getLong(1))
          .as("the database knows how far it is published")
          .isEqualTo(newest());
    }
  }

  /** The relay works all the while; its database's clock advances. */
  @Test
  @SuppressWarnings("try") // the relay works by itself
  void whatIsSnoozedWakesWhileTheRelayIsAtWork() throws Exception {
    try (AutomationFeed feed = AutomationFeed.start(database, new KafkaSettings(kafka));
        IdleTransactions idle = IdleTransactions.watch(owner())) {
      open(1);
      awaitAllPublished();
      snoozeNewest("2 seconds");
      Eventually.until(
          "the automation wakes", () -> ask("SELECT state FROM automations" + NEWEST, "open"));
      awaitAllPublished();
      Eventually.until("enough samples", () -> idle.report().samples() >= 40);
      assertThat(idle.report().held()).isEmpty();
      assertThat(idle.report().longestSeconds()).isLessThan(2);
      assertThat(ask("SELECT " + HOLDERS_STATE, "idle")).isTrue();
    }
  }

  /** A snooze that ended while no relay ran: its waking must not keep the writers' lock. */
  @Test
  @SuppressWarnings("try") // the relay works by itself
  void afterARestartWithAnOverdueSnoozeEverybodyCanWrite() throws Exception {
    open(1);
    snoozeNewest("-1 minute");
    try (AutomationFeed feed = AutomationFeed.start(database, new KafkaSettings(kafka))) {
      Eventually.until(
          "the automation wakes", () -> ask("SELECT state FROM automations" + NEWEST, "open"));
      write(
          ProgramRole.CORE_API,
          "SELECT set_config('kinebeam.org_id', (SELECT '%s'), false)".formatted(newestOrg()),
          "UPDATE automations SET state = 'acknowledged' WHERE state = 'open'");
      write(
          ProgramRole.PIPELINE,
          "INSERT INTO automations"
              + " (automation_id, org_id, rule, subject, title, opened_at, evidence)"
              + " VALUES (gen_random_uuid(), gen_random_uuid(), 'cdn_issue', '', 'CDN issue',"
              + " now(), '{}')");
      write(
          ProgramRole.MAINTENANCE,
          "SELECT drop_told_automation_changes(now() - interval '2 days', 'the test')");
      awaitAllPublished();
    }
  }

  @Test
  void everyLoginIsCutOffWhenItIsIdleInATransaction() throws Exception {
    for (ProgramRole role : ProgramRole.values()) {
      Endpoints.Login login = endpoints.database().programs().get(role);
      try (Connection connection =
              DriverManager.getConnection(
                  endpoints.database().url(), login.user(), login.password());
          Statement ask = connection.createStatement();
          ResultSet row = ask.executeQuery("SHOW idle_in_transaction_session_timeout")) {
        row.next();
        assertThat(row.getString(1)).as(role.user()).isEqualTo("10s");
      }
    }
  }

  private static void snoozeNewest(String time) throws SQLException {
    try (Connection admin = admin();
        Statement update = admin.createStatement()) {
      update.execute(
          "UPDATE automations SET state = 'snoozed', snoozed_until = now() + interval '"
              + time
              + "'"
              + NEWEST);
    }
  }

  private static String newestOrg() throws SQLException {
    try (Connection admin = admin();
        Statement ask = admin.createStatement();
        ResultSet row = ask.executeQuery("SELECT org_id FROM automations" + NEWEST)) {
      row.next();
      return row.getString(1);
    }
  }

  /** As a program does, and without waiting for anybody. */
  private static void write(ProgramRole role, String... statements) throws SQLException {
    Endpoints.Login login = endpoints.database().programs().get(role);
    try (Connection connection =
            DriverManager.getConnection(
                endpoints.database().url(), login.user(), login.password());
        Statement write = connection.createStatement()) {
      write.execute("SET statement_timeout = '2s'");
      for (String statement : statements) {
        write.execute(statement);
      }
    }
  }

  private static boolean ask(String query, String expected) throws SQLException {
    try (Connection admin = admin();
        Statement ask = admin.createStatement();
        ResultSet row = ask.executeQuery(query)) {
      return row.next() && expected.equals(row.getString(1));
    }
  }

  private static DataSource owner() {
    return new DemoDatabase(endpoints.database()).owner();
  }

  private static void breakTheRelaysConnection() throws SQLException {
    try (Connection admin = admin();
        Statement ask = admin.createStatement()) {
      Eventually.until(
          "a relay works",
          () -> {
            try (ResultSet rows =
                ask.executeQuery(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_locks
                     WHERE locktype = 'advisory' AND granted
                       AND objid::bigint = (hashtext('automation_feed')::bigint & 4294967295)
                    """)) {
              return rows.next();
            }
          });
    }
  }

  private static Connection admin() throws SQLException {
    Endpoints.Login admin = endpoints.database().admin();
    return DriverManager.getConnection(endpoints.database().url(), admin.user(), admin.password());
  }

  private static List<Long> changes() throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (Connection admin = admin();
        Statement ask = admin.createStatement();
        ResultSet rows =
            ask.executeQuery("SELECT change_id FROM automation_changes ORDER BY change_id")) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
    }
    return ids;
  }

  private static long newest() throws SQLException {
    List<Long> changes = changes();
    return changes.get(changes.size() - 1);
  }

  private static void open(int automations) throws SQLException {
    try (Connection connection = admin();
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

  /** A producer that has just taken the relay's place. */
  private static KafkaProducer<String, byte[]> relay() {
    KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka, "transactional.id", AutomationFeed.TRANSACTIONAL_ID),
            new StringSerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private static void begin(KafkaProducer<String, byte[]> producer, long changeId)
      throws Exception {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(Topics.AUTOMATION_ALERTS, UUID.randomUUID().toString(), new byte[0]);
    record.headers().add(AutomationFeed.CHANGE_ID, Long.toString(changeId).getBytes(UTF_8));
    producer.beginTransaction();
    producer.send(record).get();
  }

  private static void awaitAllPublished() throws SQLException {
    List<Long> changes = changes();
    Eventually.until(
        () -> "%s of %s are published".formatted(published(COMMITTED), changes),
        () -> published(COMMITTED).size() >= changes.size());
    assertThat(published(COMMITTED)).isEqualTo(changes);
  }

  private static List<Long> published(String isolation) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka, "isolation.level", isolation),
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
