package dev.kinebeam.eventarchive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * Takes a patient out of the archive. An object that holds none of the patient's records is not
 * touched; one that holds nothing else is removed; of all others every other line stays as it is.
 * Doing it again changes nothing, so that a run that was cut off is begun again.
 */
public final class ArchiveRewrite {
  private static final int KEPT_FAILURES = 1000;

  private final ArchiveStore store;
  private final Consumer<Progress> progress;

  /** A rewriter that reports its progress after each object. */
  public ArchiveRewrite(ArchiveStore store, Consumer<Progress> progress) {
    this.store = store;
    this.progress = progress;
  }

  /** How far a run is. */
  public record Progress(int objectsDone, int objects, long recordsRemoved) {}

  /**
   * What a run did.
   *
   * @param broken objects that could not be read to their end and were left alone: the patient may
   *     still be in them
   */
  public record Outcome(
      int objects, int rewritten, int deleted, long recordsRemoved, List<BrokenObject> broken) {
    public Outcome {
      broken = List.copyOf(broken);
    }
  }

  /**
   * Removes every record of this patient in every hour.
   *
   * @throws IOException when the store cannot be asked; what was done until then stands
   */
  public Outcome withoutPatient(UUID orgId, UUID patientId) throws IOException {
    return withoutPatient(orgId, patientId, new ArchiveReader(store).allObjects());
  }

  /** As {@link #withoutPatient(UUID, UUID)}, in the hours of this range only. */
  public Outcome withoutPatient(UUID orgId, UUID patientId, Instant from, Instant to)
      throws IOException {
    return withoutPatient(orgId, patientId, new ArchiveReader(store).objects(from, to));
  }

  private Outcome withoutPatient(UUID orgId, UUID patientId, List<ArchiveObject> objects)
      throws IOException {
    PatientMatch patient = new PatientMatch(orgId, patientId);
    List<BrokenObject> broken = new ArrayList<>();
    int rewritten = 0;
    int deleted = 0;
    long removed = 0;
    int done = 0;
    for (ArchiveObject object : objects) {
      try {
        Purged purged = purge(object, patient);
        if (purged.removed > 0 && purged.kept == 0) {
          store.delete(object.key());
          deleted++;
        } else if (purged.removed > 0) {
          store.put(object.key(), purged.content.toByteArray());
          rewritten++;
        }
        removed += purged.removed;
      } catch (UnreadableException e) {
        if (broken.size() < KEPT_FAILURES) {
          broken.add(new BrokenObject(object.key(), e.reason()));
        }
      }
      progress.accept(new Progress(++done, objects.size(), removed));
    }
    return new Outcome(objects.size(), rewritten, deleted, removed, broken);
  }

  private static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    UnreadableException(String reason, IOException cause) {
      super(reason, cause);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  private static final class Purged {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private long kept;
    private long removed;
  }

  private Purged purge(ArchiveObject object, PatientMatch patient)
      throws IOException, UnreadableException {
    Purged purged = new Purged();
    Optional<byte[]> content = store.read(object.key());
    if (content.isEmpty()) {
      return purged;
    }
    try (GZIPOutputStream out = new GZIPOutputStream(purged.content)) {
      copy(content.get(), patient, purged, out);
    }
    return purged;
  }

  private static void copy(
      byte[] content, PatientMatch patient, Purged purged, GZIPOutputStream out)
      throws IOException, UnreadableException {
    long number = 0;
    try (LineReader lines = LineReader.of(content)) {
      for (Optional<byte[]> next = lines.next(); next.isPresent(); next = lines.next()) {
        byte[] line = next.get();
        number++;
        ArchivedRecord record;
        try {
          record = ArchiveLine.decode(line);
        } catch (IOException e) {
          throw new UnreadableException(
              "line " + number + " is not a record: " + e.getMessage(), e);
        }
        if (patient.matches(record)) {
          purged.removed++;
        } else {
          purged.kept++;
          out.write(line);
          out.write('\n');
        }
      }
    } catch (LineReader.DamagedException e) {
      throw new UnreadableException("it breaks off after line " + number, e);
    }
  }
}
