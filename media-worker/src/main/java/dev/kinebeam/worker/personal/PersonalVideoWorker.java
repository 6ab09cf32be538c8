package dev.kinebeam.worker.personal;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.CollectionLock;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.catalog.sharing.SharedCollectionLock;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.program.process.ResourceStack;
import dev.kinebeam.worker.jobs.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** The part of a worker that is about personal videos: their tasks, and the jobs of their sweep. */
public final class PersonalVideoWorker implements AutoCloseable {
  private static final Duration SWEPT_EVERY = Duration.ofMinutes(1);
  private static final Duration TIDIED_EVERY = Duration.ofHours(1);

  /** An upload of 500 MB ends long before. */
  private static final Duration COPIED_WITHIN = Duration.ofHours(6);

  private static final Duration DELETED_EVERY = Duration.ofSeconds(10);

  private final ResourceStack open = new ResourceStack();
  private final Clock clock;
  private final PersonalVideoSweep sweep;
  private final LeftoverRemoval removal;

  private PersonalVideoWorker(
      Database database,
      String worker,
      PersonalVideoSettings settings,
      Metrics metrics,
      Clock clock) {
    this.clock = clock;
    PersonalVideos videos = new PersonalVideos(database);
    ProcessingRows rows = new ProcessingRows(database);
    this.sweep = new PersonalVideoSweep(videos, rows, settings.grace());
    Originals originals = new Originals(open.add(ObjectStore.open(settings.originals())));
    VideoHosts hosts = hosts(settings, new SharedCollectionLock(database), open);
    this.removal = new LeftoverRemoval(inTransactions(database), hosts::named, originals);
    VideoProcessing processing =
        new VideoProcessing(
            videos,
            rows,
            hosts::named,
            settings.hostForNew(),
            originals,
            ProcessingRules.USUAL,
            clock);
    open.add(
        PersonalVideoTasks.start(database, worker, processing, settings.atOnce(), metrics, clock));
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
    return new PersonalVideoWorker(database, worker, settings, metrics, clock);
  }

  private static VideoHosts hosts(
      PersonalVideoSettings settings, CollectionLock lock, ResourceStack open) {
    Optional<ObjectStoreSettings> uploads = settings.uploads();
    return VideoHosts.open(
        settings.hosts(), lock, uploads.map(bucket -> open.add(ObjectStore.open(bucket))));
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
        Job.every("personal-video-sweep", SWEPT_EVERY, sweep::run),
        Job.every("personal-video-copies", TIDIED_EVERY, this::tidy),
        Job.every("personal-video-removals", DELETED_EVERY, this::remove));
  }

  private Optional<String> tidy() throws IOException {
    int removed =
        Originals.removeLeftBehind(
            Path.of(System.getProperty("java.io.tmpdir")), clock.instant().minus(COPIED_WITHIN));
    return removed == 0 ? Optional.empty() : Optional.of(removed + " copies left behind");
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
