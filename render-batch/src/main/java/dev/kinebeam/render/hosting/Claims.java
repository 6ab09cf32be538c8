package dev.kinebeam.render.hosting;

import dev.kinebeam.catalog.db.RenderClaims;
import dev.kinebeam.catalog.removal.RenderProcess;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import dev.kinebeam.program.process.LongLivedThread;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.program.retry.RetryDelays;
import dev.kinebeam.program.retry.RetryPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's claims on renders: taken one at a time by a caller who holds no other, renewed by
 * a thread of our own while they are held. A caller who waits holds nothing, so callers cannot wait
 * for each other in a circle. Thread-safe.
 */
public final class Claims implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
  private static final RetryPolicy POLLS =
      RetryPolicy.doubling(Duration.ofMillis(50), Duration.ofSeconds(1));
  private static final int RENEWALS_PER_LEASE = 6;

  private final RenderClaims table;
  private final Duration lease;
  private final Retrier retrier;
  private final RenderProcess worker = RenderProcess.here();
  private final AtomicInteger held = new AtomicInteger();
  private final ScheduledExecutorService renewals;

  /** A claim that is ours until it is closed. */
  public final class Claim implements AutoCloseable {
    private final UUID renderId;
    private final UUID planId;

    private Claim(UUID renderId, UUID planId) {
      this.renderId = renderId;
      this.planId = planId;
      held.incrementAndGet();
    }

    UUID renderId() {
      return renderId;
    }

    UUID planId() {
      return planId;
    }

    @Override
    public void close() {
      held.decrementAndGet();
      // A step that is being cancelled releases its claim too, or its order waits for the lease.
      boolean cancelled = Thread.interrupted();
      try {
        table.release(renderId, planId, worker.name());
      } catch (DatabaseUnavailableException e) {
        // The claimed work is done or its failure reported; unrenewed, the lease ends by itself.
        LOG.warn("the claim on {} was not released and runs out: {}", renderId, e.getMessage());
      } finally {
        if (cancelled) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /**
   * Claims for this process.
   *
   * @param lease how long a claim outlives its worker on another machine
   */
  public Claims(RenderClaims table, Duration lease, Retrier retrier) {
    this.table = table;
    this.lease = lease;
    this.retrier = retrier;
    this.renewals =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "render-claims");
              thread.setDaemon(true);
              return thread;
            });
    long every = lease.toMillis() / RENEWALS_PER_LEASE;
    ScheduledFuture<?> forGood =
        renewals.scheduleWithFixedDelay(
            LongLivedThread.watched("render-claims", this::renew),
            every,
            every,
            TimeUnit.MILLISECONDS);
    LOG.debug("claims of {} are renewed every {} ms: {}", worker, every, forGood);
  }

  private void renew() {
    if (held.get() == 0) {
      return;
    }
    try {
      table.renew(worker.name(), lease);
    } catch (RuntimeException e) {
      // An exception would end the schedule. Several turns are left within the lease, unless each
      // of them hangs until the database's time limit; then another may take the claim over.
      LOG.warn("claims were not renewed: {}", e.getMessage());
    }
  }

  /**
   * Takes the claim, waiting while another worker makes the same render.
   *
   * @param title of the video to be
   * @param done looked at while waiting: when the other has finished there is nothing to claim
   * @param waitFor how long to wait for the other worker
   * @return the claim; empty when {@code done} came true
   * @throws IOException naming the other worker when that time is over
   * @throws InterruptedIOException when interrupted
   */
  public Optional<Claim> take(
      UUID renderId, UUID planId, String title, Supplier<Boolean> done, Duration waitFor)
      throws IOException {
    RetryDelays polls = RetryDelays.begin(POLLS.within(waitFor));
    while (true) {
      RenderClaims.Attempt attempt =
          retrier.run(
              () ->
                  table.take(renderId, planId, worker.name(), title, lease, RenderProcess::isDead));
      if (attempt instanceof RenderClaims.Granted) {
        return Optional.of(new Claim(renderId, planId));
      }
      if (retrier.run(done::get)) {
        return Optional.empty();
      }
      if (!polls.pause("another worker makes the render")) {
        RenderClaims.Held other = (RenderClaims.Held) attempt;
        throw new IOException(
            "another worker ("
                + other.worker()
                + ") has been making it since "
                + other.since()
                + "; order it again when that has ended");
      }
    }
  }

  @Override
  public void close() {
    renewals.shutdownNow();
  }
}
