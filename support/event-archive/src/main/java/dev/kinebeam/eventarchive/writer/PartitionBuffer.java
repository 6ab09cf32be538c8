package dev.kinebeam.eventarchive.writer;

import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.eventarchive.ArchivedRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What has been read of one partition and is not stored yet, by hour. */
final class PartitionBuffer {
  /** Records of the hour before come a little after its end. */
  private static final Duration GRACE = Duration.ofMinutes(1);

  /** Times are in order as a rule; more hours than this at once are nonsense, and open files. */
  private static final int MAX_HOURS = 24;

  private final int partition;
  private final Path spool;
  private final Map<Instant, HourPart> hours = new TreeMap<>();
  private Instant begun = Instant.MAX;
  private long records;
  private long bytes;
  private long nextOffset;

  PartitionBuffer(int partition, Path spool) {
    this.partition = partition;
    this.spool = spool;
  }

  void add(ArchivedRecord record, Instant now) throws IOException {
    if (hours.isEmpty()) {
      begun = now;
    }
    Instant hour = ArchiveObject.hourOf(record.timestampMs());
    HourPart part = hours.get(hour);
    if (part == null) {
      part = new HourPart(hour, partition, spool);
      hours.put(hour, part);
    }
    bytes += part.add(record);
    records++;
    nextOffset = record.offset() + 1;
  }

  boolean isEmpty() {
    return hours.isEmpty();
  }

  /** Full, old enough, or begun in an hour that is over. */
  boolean isDue(Instant now, long flushBytes, Duration flushAfter) {
    return !isEmpty()
        && (bytes >= flushBytes
            || hours.size() > MAX_HOURS
            || !now.isBefore(begun.plus(flushAfter))
            || hour(begun).isBefore(hour(now)));
  }

  private static Instant hour(Instant time) {
    return time.minus(GRACE).truncatedTo(ChronoUnit.HOURS);
  }

  /** Closes every part; the buffer is empty then. */
  Upload seal() throws IOException {
    List<HourPart.Sealed> parts = new ArrayList<>();
    for (HourPart part : hours.values()) {
      parts.add(part.seal());
    }
    Upload upload = new Upload(parts, nextOffset, records);
    hours.clear();
    records = 0;
    bytes = 0;
    return upload;
  }

  void discard() throws IOException {
    for (HourPart part : hours.values()) {
      part.discard();
    }
    hours.clear();
    records = 0;
    bytes = 0;
  }
}
