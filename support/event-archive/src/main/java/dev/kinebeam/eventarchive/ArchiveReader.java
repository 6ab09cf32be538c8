package dev.kinebeam.eventarchive;

import dev.kinebeam.objectstore.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds and reads the archive's objects. A record comes once, however many objects hold it. A
 * broken object is reported by name, and its readable part and all other objects are read.
 */
public final class ArchiveReader {
  private static final long MANY_DAYS = 400;

  private final ArchiveStore store;

  public ArchiveReader(ArchiveStore store) {
    this.store = store;
  }

  /** The contents of objects, wherever they are read from. */
  @FunctionalInterface
  public interface Contents {
    /** The whole object as it is stored; empty when there is no such object any more. */
    Optional<byte[]> of(ArchiveObject object) throws IOException;
  }

  /** What is found on the way. */
  public interface Findings {
    /** A record that was not returned before. */
    void record(ArchivedRecord record);

    /** An object that could not be read to its end. */
    void broken(BrokenObject object);

    /** Asked before each object: once true, no more are read. */
    default boolean enough() {
      return false;
    }
  }

  /**
   * The objects of every hour that touches {@code from} (inclusive) to {@code to} (exclusive), in
   * the order of hours, partitions and offsets.
   *
   * @throws IOException when the store cannot be asked
   */
  public List<ArchiveObject> objects(Instant from, Instant to) throws IOException {
    List<ArchiveObject> found = new ArrayList<>();
    if (!from.isBefore(to)) {
      return found;
    }
    for (String prefix : prefixes(from, to)) {
      for (StoredObject stored : store.list(prefix)) {
        ArchiveObject.parse(stored.key(), stored.bytes())
            .filter(o -> o.hour().isBefore(to) && o.hour().plus(1, ChronoUnit.HOURS).isAfter(from))
            .ifPresent(found::add);
      }
    }
    found.sort(ArchiveObject.IN_ORDER);
    return found;
  }

  /** Every object. */
  public List<ArchiveObject> allObjects() throws IOException {
    return objects(Instant.EPOCH, Instant.MAX.truncatedTo(ChronoUnit.HOURS));
  }

  private static List<String> prefixes(Instant from, Instant to) {
    if (Duration.between(from, to).toDays() > MANY_DAYS) {
      return List.of(ArchiveObject.ROOT + "dt=");
    }
    List<String> days = new ArrayList<>();
    Instant day = from.truncatedTo(ChronoUnit.DAYS);
    while (day.isBefore(to)) {
      days.add(ArchiveObject.dayPrefix(day));
      day = day.plus(1, ChronoUnit.DAYS);
    }
    return days;
  }

  /**
   * Reads these objects, all those of one partition and hour in one call, so that a record that two
   * of them hold is returned once.
   *
   * @throws IOException when the store cannot be read; records returned before remain valid
   */
  public void read(List<ArchiveObject> objects, Findings findings) throws IOException {
    read(objects, object -> store.read(object.key()), findings);
  }

  /** As {@link #read(List, Findings)}, from elsewhere than the archive's own store. */
  public static void read(List<ArchiveObject> objects, Contents contents, Findings findings)
      throws IOException {
    List<ArchiveObject> ordered = new ArrayList<>(objects);
    ordered.sort(ArchiveObject.IN_ORDER);
    ArchiveObject before = null;
    long lastOffset = -1;
    for (ArchiveObject object : ordered) {
      if (findings.enough()) {
        return;
      }
      boolean sameHour =
          before != null
              && before.hour().equals(object.hour())
              && before.partition() == object.partition();
      lastOffset = read(object, contents, sameHour ? lastOffset : -1, findings);
      before = object;
    }
  }

  /** Passes on the records beyond an offset; returns the highest offset passed on so far. */
  private static long read(
      ArchiveObject object, Contents contents, long lastOffset, Findings findings)
      throws IOException {
    Optional<byte[]> content = contents.of(object);
    if (content.isEmpty()) {
      findings.broken(new BrokenObject(object.key(), "it was deleted while it was read"));
      return lastOffset;
    }
    long highest = lastOffset;
    int number = 0;
    String bad = null;
    try (LineReader lines = LineReader.of(content.get())) {
      for (Optional<byte[]> next = lines.next(); next.isPresent(); next = lines.next()) {
        byte[] line = next.get();
        number++;
        ArchivedRecord record;
        try {
          record = ArchiveLine.decode(line);
        } catch (IOException e) {
          bad = bad == null ? "line " + number + " is not a record: " + e.getMessage() : bad;
          continue;
        }
        if (record.offset() > highest) {
          highest = record.offset();
          findings.record(record);
        }
      }
    } catch (LineReader.DamagedException e) {
      bad = "it breaks off after line " + number + ": " + e.getMessage();
    }
    if (bad != null) {
      findings.broken(new BrokenObject(object.key(), bad));
    }
    return highest;
  }
}
