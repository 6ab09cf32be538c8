package dev.kinebeam.eventarchive.deadletters;

import dev.kinebeam.schemas.event.MediaRecord;

/**
 * An event of a dead letter that is accepted now, with the very bytes that its record is to have.
 */
public final class ReplayableEvent {
  private final MediaRecord record;
  private final byte[] value;

  ReplayableEvent(MediaRecord record, byte[] value) {
    this.record = record;
    this.value = value;
  }

  public MediaRecord record() {
    return record;
  }

  /** The record's key. */
  public String key() {
    return record.event().sessionId().toString();
  }

  /** The record's value. */
  public byte[] value() {
    return value;
  }
}
