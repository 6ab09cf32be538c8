package dev.kinebeam.eventarchive.writer;

import java.time.Instant;

/**
 * Up to when one partition has been read: its end was looked up at a moment, and once reading has
 * passed that end, everything that lay in the topic at that moment has been read.
 */
final class Reach {
  private Instant lookedAt;
  private long end;
  private Instant reached = Instant.MIN;
  private Instant told = Instant.MIN;

  boolean wantsLook() {
    return lookedAt == null;
  }

  void look(Instant now, long endOffset) {
    lookedAt = now;
    end = endOffset;
  }

  void readTo(long position) {
    if (lookedAt != null && position >= end) {
      reached = lookedAt;
      lookedAt = null;
    }
  }

  /** The moment that has been reached; {@link Instant#MIN} for none. */
  Instant reached() {
    return reached;
  }

  /** The last moment that the archive was told. */
  Instant told() {
    return told;
  }

  void tell(Instant moment) {
    told = moment;
  }
}
