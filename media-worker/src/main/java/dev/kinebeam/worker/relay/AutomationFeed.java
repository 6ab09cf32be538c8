package dev.kinebeam.worker.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.SessionLock;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the outbox of automations on to {@code automation-alerts}: every change once and in order,
 * key = automation id, header {@code change_id}. Of several workers one relays ({@link Relay}), and
 * asks before each batch whether it still may. Each step in the database is a short transaction of
 * its own, and none is open while Kafka is written to.
 *
 * <p>A lock cannot call back what is on its way to Kafka. So each batch is a transaction under one
 * {@link #TRANSACTIONAL_ID}: whoever begins to relay first fences its predecessor, whose open
 * transaction is aborted, and only then reads from the topic itself what was published last. Those
 * who read the topic with {@code isolation.level=read_committed} see every change once, whatever
 * became of which relay.
 *
 * <p>It also opens again what was snoozed until a time that has come, and records in the database
 * how far it has published, so that old changes can be removed.
 */
public final class AutomationFeed extends Relay {
  /** The header that holds a change's number. */
  public static final String CHANGE_ID = "change_id";

  /** Of every relay; a producer that takes it up fences the one before. */
  public static final String TRANSACTIONAL_ID = "kinebeam-automation-feed";

  private static final Logger LOG = LoggerFactory.getLogger(AutomationFeed.class);
  private static final String LOCK = "automation_feed";
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final int BATCH = 500;
  private static final int DELIVERY_MS = 20_000;

  /** Readers wait so long for the open transaction of a relay that died and has no successor. */
  private static final int TRANSACTION_MS = 30_000;

  private final Database database;
  private final KafkaSettings kafka;

  private AutomationFeed(Database database, KafkaSettings kafka) {
    super("automation-feed", LOCK, database);
    this.database = database;
    this.kafka = kafka;
  }

  /** Begins to relay. Neither Kafka nor the database need be up: they are asked until they are. */
  public static AutomationFeed start(Database database, KafkaSettings kafka) {
    AutomationFeed feed = new AutomationFeed(database, kafka);
    feed.begin();
    return feed;
  }

  private record Change(long id, String automationId, String payload) {
    ProducerRecord<String, byte[]> message() {
      ProducerRecord<String, byte[]> message =
          new ProducerRecord<>(Topics.AUTOMATION_ALERTS, automationId, payload.getBytes(UTF_8));
      message.headers().add(CHANGE_ID, Long.toString(id).getBytes(UTF_8));
      return message;
    }
  }

  @Override
  void relay(SessionLock lock) throws InterruptedException {
    KafkaProducer<String, byte[]> producer = producer();
    try {
      producer.initTransactions();
      // From here on no other producer's record can follow the end that is read now.
      long published = FeedEnd.read(kafka);
      requireSameDatabase(published);
      recordPublished(published);
      LOG.info("this worker relays automations, after change {}", published);
      leading();
      while (!stopped(Duration.ZERO)) {
        if (!lock.isHeld()) {
          LOG.warn("this worker no longer holds the lock {}: it stops relaying", LOCK);
          return;
        }
        wakeSnoozed();
        List<Change> changes = after(published);
        if (changes.isEmpty()) {
          stopped(PAUSE);
        } else {
          send(producer, changes);
          published = changes.get(changes.size() - 1).id;
          if (lock.isHeld()) { // else the next relay may have noted more
            recordPublished(published);
          }
        }
      }
    } finally {
      // Without a bound it would keep asking an unavailable broker to abort; the next producer
      // does.
      producer.close(CLOSING);
    }
  }

  private void requireSameDatabase(long published) {
    long newest = number("SELECT newest_automation_change()");
    if (published > newest) {
      throw new IllegalStateException(
          "the feed stands at change "
              + published
              + " and the database at "
              + newest
              + ": this is not the database that the topic was fed from; give the feed a new"
              + " topic");
    }
    long removed = number("SELECT newest_removed_automation_change()");
    if (published < removed) {
      LOG.warn(
          "the feed stands at change {} and changes up to {} are past retention: the topic is a new"
              + " one, or lost its records; it continues after them",
          published,
          removed);
    }
  }

  private long number(String query) {
    return database.inTransaction(handle -> handle.createQuery(query).mapTo(Long.class).one());
  }

  private void recordPublished(long published) {
    database.inTransaction(
        handle ->
            handle
                .createQuery("SELECT note_told_automation_changes(:published)")
                .bind("published", published)
                .mapTo(Long.class)
                .one());
  }

  private void wakeSnoozed() {
    number("SELECT wake_snoozed_automations()");
  }

  private List<Change> after(long published) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery("SELECT * FROM automation_changes_after(:after, :most)")
                .bind("after", published)
                .bind("most", BATCH)
                .map(
                    (row, context) ->
                        new Change(
                            row.getLong("change_id"),
                            row.getString("automation_id"),
                            row.getString("payload")))
                .list());
  }

  /**
   * All of them or none. After a failure it is unknown which: the next relay, perhaps this one
   * again with a new producer, reads it from the topic.
   */
  private static void send(KafkaProducer<String, byte[]> producer, List<Change> changes)
      throws InterruptedException {
    producer.beginTransaction();
    List<Future<?>> acks = new ArrayList<>();
    for (Change change : changes) {
      acks.add(producer.send(change.message()));
    }
    producer.flush();
    for (Future<?> ack : acks) {
      try {
        ack.get();
      } catch (ExecutionException e) {
        throw new KafkaException("Kafka did not take a change of an automation", e.getCause());
      }
    }
    producer.commitTransaction();
  }

  private KafkaProducer<String, byte[]> producer() {
    return kafka.producer(
        Map.of(
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            TRANSACTIONAL_ID,
            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
            TRANSACTION_MS,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            DELIVERY_MS / 2,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            DELIVERY_MS / 2,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            DELIVERY_MS));
  }
}
