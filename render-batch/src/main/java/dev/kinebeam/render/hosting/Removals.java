package dev.kinebeam.render.hosting;

import dev.kinebeam.catalog.db.ReplacedVideos;
import dev.kinebeam.catalog.host.VideoHost;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes replaced videos at the host when players have had their time: now and then, for as long
 * as this process lives. What it does not come to is left to the next process that renders.
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
      int deleted = deleteDue();
      if (deleted > 0) {
        LOG.info("{} replaced videos were deleted at {}", deleted, hostName);
      }
    } catch (IOException | RuntimeException e) {
      // An exception would end the schedule; what is due stays noted for the next look.
      LOG.warn("replaced videos were not deleted: {}", e.getMessage());
    }
  }

  /** Deletes all that are due now; returns how many. */
  int deleteDue() throws IOException {
    int deleted = 0;
    Optional<String> gone = replaced.<IOException>deleteOne(hostName, host::delete);
    while (gone.isPresent() && !Thread.currentThread().isInterrupted()) {
      deleted++;
      gone = replaced.<IOException>deleteOne(hostName, host::delete);
    }
    return deleted;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
