package dev.kinebeam.eventarchive;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One record of the topic, byte for byte; headers are not kept, since they hold no part of an
 * event.
 */
public final class ArchivedRecord {
  private final int partition;
  private final long offset;
  private final long timestampMs;
  private final byte @Nullable [] key;
  private final byte @Nullable [] value;

  /**
   * A record; the arrays are taken over and not copied.
   *
   * @param timestampMs the record's own time, milliseconds since the epoch
   * @param key null if it had none
   * @param value null if it had none
   */
  public ArchivedRecord(
      int partition,
      long offset,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value) {
    this.partition = partition;
    this.offset = offset;
    this.timestampMs = timestampMs;
    this.key = key;
    this.value = value;
  }

  public int partition() {
    return partition;
  }

  public long offset() {
    return offset;
  }

  /** The record's own time, milliseconds since the epoch. */
  public long timestampMs() {
    return timestampMs;
  }

  /** The key's bytes, or null. */
  public byte @Nullable [] key() {
    return key;
  }

  /** The key as a text; bytes that are not UTF-8 are replaced. */
  public Optional<String> keyText() {
    return key == null ? Optional.empty() : Optional.of(new String(key, StandardCharsets.UTF_8));
  }

  /** The value's bytes, or null. */
  public byte @Nullable [] value() {
    return value;
  }

  @Override
  public String toString() {
    return "record %d:%d of %d bytes"
        .formatted(partition, offset, value == null ? 0 : value.length);
  }
}
