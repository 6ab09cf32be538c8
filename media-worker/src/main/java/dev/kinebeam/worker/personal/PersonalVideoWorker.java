package dev.kinebeam.worker.personal;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.CollectionLock;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.catalog.personal.IllegalMove;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.catalog.sharing.SharedCollectionLock;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.program.process.ResourceStack;
import dev.kinebeam.worker.jobs.Job;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** The part of a worker that is about personal videos: their tasks, and the jobs of their sweep. */
public final class PersonalVideoWorker implements AutoCloseable {
  private static final Duration SWEPT_EVERY = Duration.ofMinutes(1);
  private static final Duration DELETED_EVERY = Duration.ofSeconds(10);
  private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

  /** All attempts together take minutes, and a worker that is killed loses one. */
  private static final Duration STUCK_AFTER = Duration.ofDays(1);

  private final ResourceStack open = new ResourceStack();
  private final PersonalVideoSettings settings;
  private final PersonalVideos videos;
  private final ProcessingRows rows;
  private final LeftoverRemoval removal;

  private PersonalVideoWorker(
      Database database,
      String worker,
      PersonalVideoSettings settings,
      ProcessingRules rules,
      Metrics metrics,
      Clock clock) {
    this.settings = settings;
    this.videos = new PersonalVideos(database);
    this.rows = new ProcessingRows(database);
    Originals originals = new Originals(open.add(ObjectStore.open(settings.originals())));
    VideoHosts hosts = hosts(settings, new SharedCollectionLock(database), open);
    this.removal = new LeftoverRemoval(inTransactions(database), hosts::named, originals);
    VideoProcessing processing =
        new VideoProcessing(
            videos, rows, hosts::named, settings.hostForNew(), originals, rules, clock);
    open.add(
        PersonalVideoTasks.start(
            database, worker, processing, settings.atOnce(), metrics, clock));
  }

  /**
   * Begins to process videos.
   *
   * @param worker names this process
   */
  public static PersonalVideoWorker start(
      Database database,
      String worker,
      PersonalVideoSettings settings,
      Metrics metrics,
      Clock clock) {
    return start(database, worker, settings, ProcessingRules.USUAL, metrics, clock);
  }

  /** As the other one, with rules of a test's own. */
  static PersonalVideoWorker start(
      Database database,
      String worker,
      PersonalVideoSettings settings,
      ProcessingRules rules,
      Metrics metrics,
      Clock clock) {
    return new PersonalVideoWorker(database, worker, settings, rules, metrics, clock);
  }

  private static VideoHosts hosts(
      PersonalVideoSettings settings, CollectionLock lock, ResourceStack open) {
    Optional<ObjectStoreSettings> uploads = settings.uploads();
    return VideoHosts.open(
        settings.hosts(),
        lock,
        uploads.map(bucket -> open.add(ObjectStore.open(bucket))));
  }

  private static LeftoverRemoval.Transactions inTransactions(Database database) {
    return new LeftoverRemoval.Transactions() {
      @Override
      public <T> T run(Function<Handle, T> work) {
        return database.inTransaction(work::apply);
      }
    };
  }

  /** What is done again and again. */
  public List<Job> jobs() {
    return List.of(
        Job.every("personal-video-sweep", SWEPT_EVERY, this::sweep),
        Job.every("personal-video-removals", DELETED_EVERY, this::remove));
  }

  /** No state lasts for ever: what no task moves gets one again, or fails with its reason. */
  Optional<String> sweep() {
    List<String> done = new ArrayList<>();
    some(done, videos.abandon(ABANDONED_AFTER), "uploads abandoned");
    some(done, videos.scheduleLost(), "tasks entered again");
    int stuck = 0;
    for (long id : rows.stuck(STUCK_AFTER)) {
      stuck += failed(id) ? 1 : 0;
    }
    some(done, stuck, "failed after a day of processing");
    some(done, rows.removeOlder(settings.grace()), "originals given to be deleted");
    return done.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", done));
  }

  private boolean failed(long id) {
    try {
      videos.fail(
          id, FailureCode.PROCESSING_STUCK.word(), "it was processed for more than a day");
      return true;
    } catch (IllegalMove ended) {
      return false;
    }
  }

  private static void some(List<String> done, int number, String what) {
    if (number > 0) {
      done.add(number + " " + what);
    }
  }

  private Optional<String> remove() throws IOException {
    LeftoverRemoval.Removed removed = removal.deleteDue();
    return removed.isNothing() ? Optional.empty() : Optional.of(removed.toString());
  }

  @Override
  public void close() {
    open.close();
  }
}
