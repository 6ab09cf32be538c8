package dev.kinebeam.eventarchive.writer;

import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.program.retry.RetrySchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The parts of a partition that must all be stored before its offset is committed. */
final class Upload {
  private final RetrySchedule schedule = new RetrySchedule(ArchiveLoop.RETRIES);
  private final Deque<HourPart.Sealed> waiting;
  private final int objects;
  private final long nextOffset;
  private final long records;
  private long bytes;

  Upload(List<HourPart.Sealed> parts, long nextOffset, long records) {
    this.waiting = new ArrayDeque<>(parts);
    this.objects = parts.size();
    this.nextOffset = nextOffset;
    this.records = records;
  }

  /** Stores what is not stored yet; what was stored stays so when this fails. */
  void store(ArchiveStore archive) throws IOException {
    while (!waiting.isEmpty()) {
      HourPart.Sealed part = waiting.peek();
      archive.put(part.object().key(), part.file());
      waiting.remove();
      bytes += part.object().bytes();
      Files.deleteIfExists(part.file());
    }
  }

  void discard() throws IOException {
    for (HourPart.Sealed part : waiting) {
      Files.deleteIfExists(part.file());
    }
    waiting.clear();
  }

  /** Records a failure; returns the delay until the next attempt. */
  Duration failed(Instant now) {
    return schedule.failed(now);
  }

  boolean isDue(Instant now) {
    return schedule.isDue(now);
  }

  /** What is committed once all is stored. */
  long nextOffset() {
    return nextOffset;
  }

  int objects() {
    return objects;
  }

  long records() {
    return records;
  }

  /** Of what is stored, compressed. */
  long bytes() {
    return bytes;
  }
}
