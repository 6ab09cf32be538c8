package dev.kinebeam.catalog.sharing;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.SessionLock;
import dev.kinebeam.catalog.host.CollectionLock;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.program.retry.RetryDelays;
import dev.kinebeam.program.retry.RetryPolicy;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Lets one of all processes that share a database make a video host's collection: an advisory lock
 * of a database session of its own, so that a process that dies releases it. Thread-safe.
 */
public final class SharedCollectionLock implements CollectionLock {
  private static final RetryPolicy POLLS =
      RetryPolicy.doubling(Duration.ofMillis(20), Duration.ofMillis(500))
          .within(Duration.ofMinutes(2));

  private final Database database;

  public SharedCollectionLock(Database database) {
    this.database = database;
  }

  @Override
  public String run(String name, Work work) throws VideoHostException {
    RetryDelays polls = RetryDelays.begin(POLLS);
    try {
      while (true) {
        Optional<SessionLock> taken = database.tryLock("collection " + name);
        if (taken.isPresent()) {
          SessionLock lock = taken.get();
          try {
            return work.run();
          } finally {
            lock.close();
          }
        }
        if (!polls.pause("another process makes the collection " + name)) {
          throw new VideoHostException.Unavailable(
              "another process has been making the collection " + name + " for two minutes",
              Optional.empty());
        }
      }
    } catch (InterruptedIOException e) {
      throw new VideoHostException.Unavailable(String.valueOf(e.getMessage()), e);
    }
  }
}
