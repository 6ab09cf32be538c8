package dev.kinebeam.eventarchive.writer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Up to when one partition has been read: its end was looked up at a moment, and once reading has
 * passed that end, everything that lay in the topic at that moment has been read.
 */
final class ReadProgress {
  private @Nullable Instant endReadAt;
  private long end;
  private Instant reached = Instant.MIN;
  private Instant recorded = Instant.MIN;

  boolean needsEndOffset() {
    return endReadAt == null;
  }

  void setEndOffset(Instant now, long endOffset) {
    endReadAt = now;
    end = endOffset;
  }

  void readTo(long position) {
    if (endReadAt != null && position >= end) {
      reached = endReadAt;
      endReadAt = null;
    }
  }

  /** The moment that has been reached; {@link Instant#MIN} for none. */
  Instant reached() {
    return reached;
  }

  /** The last moment that was written to the horizon. */
  Instant recorded() {
    return recorded;
  }

  void record(Instant moment) {
    recorded = moment;
  }
}
