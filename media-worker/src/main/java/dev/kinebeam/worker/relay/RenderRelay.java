package dev.kinebeam.worker.relay;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderOutbox;
import dev.kinebeam.catalog.db.RenderOutbox.Entry;
import dev.kinebeam.catalog.db.SessionLock;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.program.observability.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the orders of the outbox to the composers, each at least once: an entry is deleted when
 * Kafka has acknowledged its record. It is woken when an order is entered and when one has ended,
 * so that an order is on its way some milliseconds later; which comes next, {@link LaneTurns} says.
 */
public final class RenderRelay extends Relay {
  private static final Logger LOG = LoggerFactory.getLogger(RenderRelay.class);
  private static final String LOCK = "render_outbox";

  /** How late a retry may be, and an order whose notification was lost. */
  private static final Duration POLL_INTERVAL = Duration.ofMillis(500);

  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final int DELIVERY_MS = 20_000;

  private final DatabaseSettings login;
  private final RenderOutbox outbox;
  private final KafkaSettings kafka;
  private final LaneTurns.Limits limits;
  private volatile Optional<RenderOutbox.Standing> standing = Optional.empty();

  private RenderRelay(
      Database database, DatabaseSettings login, KafkaSettings kafka, LaneTurns.Limits limits) {
    super("render-relay", LOCK, database);
    this.login = login;
    this.outbox = new RenderOutbox(database);
    this.kafka = kafka;
    this.limits = limits;
  }

  /**
   * Begins to relay.
   *
   * @param login of {@code database}, for a connection that waits for notifications
   */
  public static RenderRelay start(
      Database database, DatabaseSettings login, KafkaSettings kafka, LaneTurns.Limits limits) {
    RenderRelay relay = new RenderRelay(database, login, kafka, limits);
    relay.begin();
    return relay;
  }

  @Override
  void relay(SessionLock lock) throws Exception {
    LaneTurns turns = new LaneTurns(limits);
    KafkaProducer<String, byte[]> producer = producer();
    try (WakeUp wakeUp = WakeUp.on(login, RenderOutbox.CHANNEL)) {
      LOG.info("this worker relays orders of renders");
      leading();
      while (!stopped(Duration.ZERO)) {
        if (!lock.isHeld()) {
          LOG.warn("this worker no longer holds the lock {}: it stops relaying", LOCK);
          return;
        }
        if (!sendDue(producer, turns)) {
          wakeUp.await(POLL_INTERVAL);
        }
      }
    } finally {
      standing = Optional.empty();
      producer.close(CLOSING);
    }
  }

  /** Returns whether something was sent. */
  private boolean sendDue(KafkaProducer<String, byte[]> producer, LaneTurns turns)
      throws InterruptedException {
    RenderOutbox.Standing now = outbox.standing();
    standing = Optional.of(now);
    int room = turns.room(now);
    if (room <= 0 || now.waiting().isEmpty()) {
      return false;
    }
    List<Entry> next =
        turns.take(
            outbox.due(RenderLane.INTERACTIVE, room), outbox.due(RenderLane.BULK, room), now);
    if (next.isEmpty()) {
      return false;
    }
    send(producer, next);
    outbox.sent(next);
    return true;
  }

  private static void send(KafkaProducer<String, byte[]> producer, List<Entry> entries)
      throws InterruptedException {
    List<Future<?>> acks = new ArrayList<>();
    for (Entry entry : entries) {
      acks.add(
          producer.send(
              new ProducerRecord<>(
                  entry.lane().topic(), entry.renderId().toString(), entry.value())));
    }
    for (Future<?> ack : acks) {
      try {
        ack.get();
      } catch (ExecutionException e) {
        throw new KafkaException("Kafka did not take an order of a render", e.getCause());
      }
    }
  }

  private KafkaProducer<String, byte[]> producer() {
    return kafka.producer(
        Map.of(
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            DELIVERY_MS / 2,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            DELIVERY_MS / 2,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            DELIVERY_MS));
  }

  /** Exports what waits and what is on its way, as the worker that relays has it. */
  public Metrics.Registration export(Metrics metrics) {
    List<Metrics.Registration> all = new ArrayList<>();
    for (RenderLane lane : RenderLane.values()) {
      Map<String, String> labels = Map.of("lane", lane.word());
      all.add(
          metrics.gauge(
              "kinebeam_render_orders_waiting",
              "Orders of renders that the composers have not been given yet.",
              labels,
              () -> standing.map(now -> (double) now.waiting(lane)).orElse(Double.NaN)));
      all.add(
          metrics.gauge(
              "kinebeam_render_orders_in_flight",
              "Orders that the composers were given and that have not ended.",
              labels,
              () -> standing.map(now -> (double) now.inFlight(lane)).orElse(Double.NaN)));
    }
    all.add(
        metrics.gauge(
            "kinebeam_render_orders_oldest_due_seconds",
            "How long the oldest order that is due has waited to be sent; 0 when none waits.",
            Map.of(),
            () -> standing.map(now -> now.oldestDue().toMillis() / 1000.0).orElse(Double.NaN)));
    all.add(
        metrics.gauge(
            "kinebeam_render_relay_leader",
            "1 in the worker that relays orders of renders, 0 in those that stand by.",
            Map.of(),
            () -> relays() ? 1 : 0));
    return () -> all.forEach(Metrics.Registration::close);
  }
}
