package dev.kinebeam.catalog.removal;

import dev.kinebeam.catalog.db.CreatedVideos;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.RenderClaims;
import dev.kinebeam.catalog.db.ReplacedVideos;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.program.process.LongLivedThread;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes at the host what no render has: videos that ended claims left, at once. The worker's also
 * deletes replaced and superseded ones when players have had their time; the rest is left to the
 * next process that removes.
 */
public final class Removals implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Removals.class);

  private final RenderClaims claims;
  private final CreatedVideos created;
  private final ReplacedVideos replaced;
  private final VideoHost host;
  private final String hostName;
  private final Duration every;
  private final ReplacedVideos.Remover remover;
  private final ScheduledExecutorService thread;

  /**
   * As the longer one; replaced and superseded videos are left to the worker, whose grace it is.
   */
  public Removals(Database database, VideoHost host, Duration every) {
    this(database, host, every, Optional.empty());
  }

  /**
   * Does nothing before {@link #begin}.
   *
   * @param every the time between two looks
   * @param grace how long replaced videos, and superseded ones that nothing uses, stay
   */
  public Removals(Database database, VideoHost host, Duration every, Optional<Duration> grace) {
    this.remover = new ReplacedVideos.Remover(RenderProcess.here().name(), grace);
    this.claims = new RenderClaims(database);
    this.created = new CreatedVideos(database);
    this.replaced = new ReplacedVideos(database);
    this.host = host;
    this.hostName = host.name();
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
        thread.scheduleWithFixedDelay(
            LongLivedThread.watched("replaced-videos", this::removeDue),
            0,
            every.toMillis(),
            TimeUnit.MILLISECONDS);
    LOG.debug("replaced videos are looked for every {}: {}", every, forGood);
  }

  private void removeDue() {
    try {
      removeLeftovers();
    } catch (IOException | RuntimeException e) {
      // An exception would end the schedule; the rows are there at the next look.
      LOG.warn("what ended claims left at {} was not looked for: {}", hostName, e.getMessage());
    }
    try {
      int deleted = deleteDue();
      if (deleted > 0) {
        LOG.info("{} videos that no render has were deleted at {}", deleted, hostName);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("videos that no render has were not deleted: {}", e.getMessage());
    }
  }

  /**
   * Videos that ended claims have left at the host, and that no row records, become due for
   * deletion.
   */
  public void removeLeftovers() throws VideoHostException {
    claims.endAbandoned(RenderProcess::isDead);
    for (CreatedVideos.Leftover leftover : created.leftovers(hostName)) {
      try {
        created.remove(leftover, ids(leftover));
      } catch (VideoHostException.Missing | VideoHostException.Refused e) {
        LOG.warn(
            "the video {} is looked for again later: {}",
            leftover.creation().title(),
            e.getMessage());
      }
    }
  }

  private List<String> ids(CreatedVideos.Leftover leftover) throws VideoHostException {
    return leftover.hostVideoId().isPresent()
        ? List.of(leftover.hostVideoId().get())
        : host.titled(leftover.creation().title(), leftover.creation().collection());
  }

  /** Deletes all that are due now; returns how many. */
  public int deleteDue() throws IOException {
    if (remover.grace().isPresent()) {
      replaced.noteSuperseded(hostName);
    }
    AtomicInteger deleted = new AtomicInteger();
    Optional<String> last;
    do {
      last = replaced.<IOException>deleteOne(hostName, remover, id -> delete(id, deleted));
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
