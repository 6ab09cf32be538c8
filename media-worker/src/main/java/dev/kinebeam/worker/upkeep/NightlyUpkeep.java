package dev.kinebeam.worker.upkeep;

import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code maintain} does, with its usual settings, as a task of the worker.
 *
 * @param archive empty where this deployment has none
 */
public record NightlyUpkeep(
    DatabaseSettings database, Optional<ObjectStoreSettings> archive, Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(NightlyUpkeep.class);
  private static final String ACTOR = "worker";
  private static final Duration ERASURES_WITHIN = Duration.ofDays(9);

  /** A part of the work. */
  @FunctionalInterface
  private interface Part {
    String run(Upkeep upkeep) throws SQLException, IOException;
  }

  /**
   * Does every part, whatever becomes of the ones before it.
   *
   * @return what was done
   * @throws IOException naming the parts that failed
   */
  public String run() throws IOException {
    List<String> done = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    attempt("partitions", NightlyUpkeep::partitions, done, failed);
    attempt(
        "clinics",
        upkeep -> upkeep.expired().rows() + " rows of clinics past their retention deleted",
        done,
        failed);
    attempt("reconcile", NightlyUpkeep::reconcile, done, failed);
    attempt(
        "changes", upkeep -> upkeep.changes(Retention.USUAL) + " changes removed", done, failed);
    if (archive.isPresent()) {
      try (ObjectStore bucket = ObjectStore.open(archive.get())) {
        ArchiveStore store = ArchiveStore.bucket(bucket);
        attempt("erasures", upkeep -> erasures(upkeep, store), done, failed);
        attempt("recordings", upkeep -> recordings(upkeep, store), done, failed);
      }
    }
    if (!failed.isEmpty()) {
      throw new IOException(String.join("; ", failed));
    }
    return String.join("; ", done);
  }

  /** On a connection of its own. */
  private void attempt(String name, Part part, List<String> done, List<String> failed) {
    try (DatabaseSession session = database.session()) {
      done.add(part.run(new Upkeep(session, ACTOR, clock, LOG::info)));
    } catch (SQLException | IOException | RuntimeException e) {
      LOG.warn("the upkeep {} failed: {}", name, e.getMessage(), e);
      failed.add(name + ": " + e.getMessage());
    }
  }

  private static String partitions(Upkeep upkeep) throws SQLException {
    Upkeep.Partitions done = upkeep.partitions(Retention.USUAL);
    return "%d partitions and %d weekly rows dropped"
        .formatted(done.dropped().size(), done.weeklyRowsDropped());
  }

  private static String reconcile(Upkeep upkeep) throws SQLException {
    Upkeep.Reconciled done = upkeep.reconcile();
    return "%d weeks counted, %d rows corrected".formatted(done.weeks(), done.corrected().size());
  }

  private static String erasures(Upkeep upkeep, ArchiveStore store)
      throws SQLException, IOException {
    Upkeep.Erasures done = upkeep.erasures(store, ERASURES_WITHIN);
    if (!done.broken().isEmpty()) {
      throw new IOException(
          done.broken().size()
              + " objects of the archive cannot be read, the first: "
              + done.broken().get(0));
    }
    return "%d erasures repeated".formatted(done.erasures());
  }

  private static String recordings(Upkeep upkeep, ArchiveStore store)
      throws SQLException, IOException {
    return "%d recordings deleted".formatted(upkeep.recordings(store).deleted());
  }
}
