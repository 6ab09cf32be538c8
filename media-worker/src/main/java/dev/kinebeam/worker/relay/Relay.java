package dev.kinebeam.worker.relay;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.SessionLock;
import dev.kinebeam.program.process.LongLivedThread;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes an outbox on to Kafka, on a thread of its own. Of several workers the one that holds a
 * {@link SessionLock} relays; the others ask for the lock every two seconds. Neither Kafka nor the
 * database need be up: what fails is logged once and tried again.
 */
abstract class Relay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(25);

  private final String name;
  private final String lockName;
  private final Database database;
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable LongLivedThread thread;
  private volatile boolean relays;

  Relay(String name, String lockName, Database database) {
    this.name = name;
    this.lockName = lockName;
    this.database = database;
  }

  /** Relays until the lock is lost or {@link #stopped}. Calls {@link #leading} when it begins. */
  abstract void relay(SessionLock lock) throws Exception;

  final void begin() {
    thread = LongLivedThread.start(name, this::run);
  }

  final void leading() {
    relays = true;
  }

  /** Whether it is this worker that relays now. */
  final boolean relays() {
    return relays;
  }

  /** Waits up to {@code pause}, less when the relay is being closed. */
  final boolean stopped(Duration pause) throws InterruptedException {
    return stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run() throws InterruptedException {
    boolean failing = false;
    while (!stopped(Duration.ZERO)) {
      try {
        Optional<SessionLock> free = database.tryLock(lockName);
        if (free.isPresent()) {
          try (SessionLock lock = free.get()) {
            relay(lock);
          } finally {
            relays = false;
          }
        }
        failing = false;
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) { // a database or broker that is unavailable or was replaced
        if (!failing) {
          LOG.warn("the {} waits: {}", name, e.getMessage(), e);
        }
        failing = true;
      }
      stopped(AGAIN);
    }
  }

  /** Lets the batch that is being sent end. */
  @Override
  public final void close() {
    stop.countDown();
    if (thread != null) {
      thread.join(CLOSED_WITHIN);
    }
  }
}
