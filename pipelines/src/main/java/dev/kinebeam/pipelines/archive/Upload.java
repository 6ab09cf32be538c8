package dev.kinebeam.pipelines.archive;

import dev.kinebeam.catalog.archive.ArchiveStore;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The parts of a partition that must all be stored before its offset is committed. */
final class Upload {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Deque<HourPart.Sealed> waiting;
  private final int objects;
  private final long nextOffset;
  private final long records;
  private long bytes;
  private Duration pause = FIRST_PAUSE;
  private Instant again = Instant.MIN;

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

  /** To be tried again, each time after twice as long, at most half a minute. */
  Duration postpone(Instant now) {
    Duration waited = pause;
    again = now.plus(pause);
    pause =
        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    return waited;
  }

  boolean mayBeTried(Instant now) {
    return !now.isBefore(again);
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
