package dev.kinebeam.worker.personal;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.process.ResourceStack;
import dev.kinebeam.worker.personal.Leftovers.Hosted;
import dev.kinebeam.worker.personal.Leftovers.Leftover;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Deletes originals and hosted videos that no row names any more. Harmless to repeat; what fails is
 * tried again after a wait that grows.
 */
public final class LeftoverRemoval {
  private static final int MOST = 100;
  private static final int MOST_OF_A_PATIENT = 100_000;

  private final Transactions database;
  private final Function<String, VideoHost> hosts;
  private final Originals originals;

  /** Runs work in a short transaction. */
  @FunctionalInterface
  public interface Transactions {
    <T> T run(Function<Handle, T> work) throws IOException;
  }

  /**
   * By the settings of an environment; empty where {@code PERSONAL_VIDEOS_BUCKET} is not set.
   *
   * @param session of a login that may remove
   * @param opened closes what this opens
   * @throws IllegalArgumentException naming the variable that is missing or wrong
   */
  public static Optional<LeftoverRemoval> fromEnvironment(
      Map<String, String> env, DatabaseSession session, ResourceStack opened) {
    return PersonalVideoSettings.bucket(env)
        .map(
            bucket ->
                new LeftoverRemoval(
                    new Transactions() {
                      @Override
                      public <T> T run(Function<Handle, T> work) throws IOException {
                        try {
                          return session.commit(work::apply);
                        } catch (SQLException e) {
                          throw new IOException(e.getMessage(), e);
                        }
                      }
                    },
                    VideoHosts.open(VideoHosts.Settings.fromEnvironment(env))::named,
                    new Originals(opened.add(ObjectStore.open(bucket)))));
  }

  LeftoverRemoval(Transactions database, Function<String, VideoHost> hosts, Originals originals) {
    this.database = database;
    this.hosts = hosts;
    this.originals = originals;
  }

  /**
   * What was done.
   *
   * @param failures of those that are tried again later, in words
   */
  public record Removed(int originals, int hosted, List<String> failures) {
    public Removed {
      failures = List.copyOf(failures);
    }

    private Removed plus(Removed other) {
      List<String> all = new ArrayList<>(failures);
      all.addAll(other.failures);
      return new Removed(originals + other.originals, hosted + other.hosted, all);
    }

    /** Whether there was nothing to do. */
    public boolean isNothing() {
      return originals + hosted == 0 && failures.isEmpty();
    }

    @Override
    public String toString() {
      return "%d originals and %d hosted videos deleted".formatted(originals, hosted);
    }
  }

  /**
   * Deletes what is due.
   *
   * @throws IOException naming those that failed, after the others were deleted
   */
  public Removed deleteDue() throws IOException {
    Removed all = new Removed(0, 0, List.of());
    List<Leftover> due;
    do {
      due = database.run(handle -> Leftovers.takeDue(handle, MOST));
      all = all.plus(deleted(due));
    } while (due.size() == MOST && !Thread.currentThread().isInterrupted());
    if (!all.failures().isEmpty()) {
      throw new IOException(
          "%s; %d are tried again: %s"
              .formatted(all, all.failures().size(), String.join("; ", all.failures())));
    }
    return all;
  }

  /** Deletes what these videos have left, and makes sure that nothing of it is there. */
  public Removed delete(Collection<Long> videos) throws IOException {
    List<Leftover> taken =
        database.run(handle -> Leftovers.take(handle, videos, MOST_OF_A_PATIENT));
    return deleted(taken);
  }

  private Removed deleted(List<Leftover> leftovers) throws IOException {
    Removed all = new Removed(0, 0, List.of());
    for (Leftover leftover : leftovers) {
      all = all.plus(deletedOne(leftover));
    }
    return all;
  }

  private Removed deletedOne(Leftover leftover) throws IOException {
    try {
      int hosted = leftover.hosted().isPresent() ? hostedDeleted(leftover.hosted().get()) : 0;
      int deleted = leftover.storageKey().isPresent() ? originalDeleted(leftover) : 0;
      database.run(
          handle -> {
            Leftovers.settle(handle, leftover.id());
            return leftover;
          });
      return new Removed(deleted, hosted, List.of());
    } catch (IOException | RuntimeException e) { // the second: a host that is not configured, too
      String reason = String.valueOf(e.getMessage());
      database.run(
          handle -> {
            Leftovers.note(handle, leftover.id(), reason);
            return leftover;
          });
      return new Removed(0, 0, List.of("video " + leftover.videoId() + ": " + reason));
    }
  }

  private int hostedDeleted(Hosted hosted) throws IOException {
    VideoHost host = hosts.apply(hosted.host());
    Set<String> ids = new LinkedHashSet<>(host.titled(hosted.title(), VideoProcessing.COLLECTION));
    hosted.id().ifPresent(ids::add);
    List<String> unfinished = host.unfinished(hosted.title(), VideoProcessing.COLLECTION);
    ids.addAll(unfinished);
    int there = 0;
    for (String id : ids) {
      boolean isThere = !(host.status(id) instanceof HostedStatus.Gone);
      if (isThere || unfinished.contains(id)) {
        host.delete(id);
      }
      if (isThere) {
        there++;
        requireGone(host, id);
      }
    }
    return there;
  }

  private static void requireGone(VideoHost host, String id) throws IOException {
    HostedStatus after = host.status(id);
    if (!(after instanceof HostedStatus.Gone)) {
      throw new IOException("%s still has the video %s: %s".formatted(host.name(), id, after));
    }
  }

  private int originalDeleted(Leftover leftover) throws IOException {
    String key = leftover.storageKey().orElseThrow();
    if (database.run(handle -> Leftovers.keepsOriginal(handle, leftover.videoId(), key))
        || !originals.exists(key)) {
      return 0;
    }
    originals.delete(key);
    if (originals.exists(key)) {
      throw new IOException("the object " + key + " was deleted and is still there");
    }
    return 1;
  }
}
