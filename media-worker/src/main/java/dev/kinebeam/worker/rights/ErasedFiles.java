package dev.kinebeam.worker.rights;

import dev.kinebeam.eventarchive.ArchiveRewrite;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.BrokenObject;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.program.cli.ProgressLine;
import dev.kinebeam.worker.rights.ErasedRows.Patient;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The object store's side of erasure: recordings of sessions, and the archive's lines. */
public final class ErasedFiles {
  /** Recordings are {@code recordings/ORG/SESSION.json}, as the gateway makes them. */
  public static final String RECORDINGS = "recordings/";

  private final ArchiveStore store;
  private final ArchiveRewrite archive;

  /** Works on this store; {@code progress} gets a line now and then. */
  public ErasedFiles(ArchiveStore store, Consumer<String> progress) {
    this.store = store;
    ProgressLine line = new ProgressLine(progress);
    this.archive =
        new ArchiveRewrite(
            store,
            at ->
                line.update(
                    () ->
                        "archive: %d of %d objects looked through, %d records removed"
                            .formatted(at.objectsDone(), at.objects(), at.recordsRemoved())));
  }

  /**
   * What was removed.
   *
   * @param broken objects that could not be read: the patient may still be in them
   */
  public record Removed(
      int recordings,
      long archivedRecords,
      int objectsRewritten,
      int objectsDeleted,
      List<BrokenObject> broken) {
    public Removed {
      broken = List.copyOf(broken);
    }

    /** Whether there was nothing to remove. */
    public boolean nothing() {
      return recordings == 0 && archivedRecords == 0;
    }
  }

  /** The patient out of every object, and the recordings of these sessions. */
  public Removed erase(Patient patient, Collection<UUID> sessions) throws IOException {
    int recordings = deleteRecordings(patient.orgId(), sessions);
    return removed(recordings, archive.withoutPatient(patient.orgId(), patient.patientId()));
  }

  /** The patient out of the objects of these hours. */
  public Removed eraseBetween(Patient patient, Instant from, Instant to) throws IOException {
    return removed(0, archive.withoutPatient(patient.orgId(), patient.patientId(), from, to));
  }

  private static Removed removed(int recordings, ArchiveRewrite.Outcome outcome) {
    return new Removed(
        recordings,
        outcome.recordsRemoved(),
        outcome.rewritten(),
        outcome.deleted(),
        outcome.broken());
  }

  private int deleteRecordings(UUID orgId, Collection<UUID> sessions) throws IOException {
    String folder = RECORDINGS + orgId + "/";
    Set<String> wanted =
        sessions.stream().map(session -> folder + session + ".json").collect(Collectors.toSet());
    int deleted = 0;
    for (StoredObject object : store.list(folder)) {
      if (wanted.contains(object.key())) {
        store.delete(object.key());
        deleted++;
      }
    }
    return deleted;
  }
}
