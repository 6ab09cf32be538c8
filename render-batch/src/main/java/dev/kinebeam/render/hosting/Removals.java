package dev.kinebeam.render.hosting;

import dev.kinebeam.catalog.db.ReplacedVideos;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHostException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes replaced and abandoned videos at the host when players have had their time: now and then,
 * for as long as this process lives. What it does not come to is left to the next process that
 * renders.
 */
public final class Removals implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Removals.class);

  private final ReplacedVideos replaced;
  private final VideoHost host;
  private final String hostName;
  private final Duration every;
  private final ScheduledExecutorService thread;

  /** Does nothing before {@link #begin}; {@code every} is the time between two looks. */
  public Removals(ReplacedVideos replaced, VideoHost host, String hostName, Duration every) {
    this.replaced = replaced;
    this.host = host;
    this.hostName = hostName;
    this.every = every;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread daemon = new Thread(task, "replaced-videos");
              daemon.setDaemon(true);
              return daemon;
            });
  }

  /** Looks at once and then again and again, in a thread of its own. */
  public void begin() {
    ScheduledFuture<?> forGood =
        thread.scheduleWithFixedDelay(this::look, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    LOG.debug("replaced videos are looked for every {}: {}", every, forGood);
  }

  private void look() {
    try {
      noteAbandoned();
    } catch (IOException | RuntimeException e) {
      // An exception would end the schedule; the claims stand for the next look.
      LOG.warn("what killed workers left was not looked for: {}", e.getMessage());
    }
    try {
      int deleted = deleteDue();
      if (deleted > 0) {
        LOG.info("{} replaced videos were deleted at {}", deleted, hostName);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("replaced videos were not deleted: {}", e.getMessage());
    }
  }

  /** What workers left at the host that died and were not replaced goes the same way. */
  void noteAbandoned() throws IOException {
    Optional<ReplacedVideos.Abandoned> claim = replaced.abandoned();
    while (claim.isPresent() && !Thread.currentThread().isInterrupted()) {
      end(claim.get());
      claim = replaced.abandoned();
    }
  }

  private void end(ReplacedVideos.Abandoned claim) throws VideoHostException {
    Optional<String> left = Optional.empty();
    if (claim.exercise().isPresent()) {
      try {
        left = host.find(claim.title(), claim.exercise().get());
      } catch (VideoHostException.Unavailable e) {
        throw e;
      } catch (VideoHostException e) {
        LOG.warn("{} is looked for again in an hour: {}", claim.title(), e.getMessage());
        replaced.postpone(claim);
        return;
      }
    }
    replaced.endAbandoned(claim, hostName, left);
  }

  /** Deletes all that are due now; returns how many. */
  int deleteDue() throws IOException {
    AtomicInteger deleted = new AtomicInteger();
    Optional<String> last;
    do {
      last = replaced.<IOException>deleteOne(hostName, id -> delete(id, deleted));
    } while (last.isPresent() && !Thread.currentThread().isInterrupted());
    return deleted.get();
  }

  /** False when the host refuses; an unavailable host is asked no more for now. */
  private boolean delete(String id, AtomicInteger deleted) throws VideoHostException {
    try {
      host.delete(id);
      deleted.incrementAndGet();
      return true;
    } catch (VideoHostException.Unavailable e) {
      throw e;
    } catch (VideoHostException e) {
      LOG.warn("{} was not deleted and is tried again in a day: {}", id, e.getMessage());
      return false;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
