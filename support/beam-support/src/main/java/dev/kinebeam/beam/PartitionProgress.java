package dev.kinebeam.beam;

import dev.kinebeam.beam.TopicCheckpointMark.Place;
import java.time.Instant;
import java.util.OptionalLong;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;

/** How far one partition has been read, and what that says of the time. */
final class PartitionProgress {
  private static final long UNKNOWN = -1;

  private final int partition;
  private final TimestampPolicy<byte[], byte[]> policy;
  private final Context context = new Context();
  private long nextOffset = UNKNOWN;
  private long end = UNKNOWN;
  private Instant endAt = Instant.EPOCH;

  /** Not yet placed: Kafka has to say where its first record is. */
  PartitionProgress(int partition, TimestampPolicy<byte[], byte[]> policy) {
    this.partition = partition;
    this.policy = policy;
  }

  boolean isPlaced() {
    return nextOffset != UNKNOWN;
  }

  void placeAt(OptionalLong offset) {
    if (!isPlaced()) {
      nextOffset = offset.orElse(UNKNOWN);
    }
  }

  /** The time of a record that is emitted now. */
  org.joda.time.Instant take(KafkaRecord<byte[], byte[]> record) {
    nextOffset = record.getOffset() + 1;
    return policy.getTimestampForRecord(context, record);
  }

  /** Where the partition ended at that moment. */
  void endsAt(long offset, Instant at) {
    end = offset;
    endAt = at;
  }

  /** Everything before this offset was emitted, or was removed before it could be read. */
  void passTo(long offset) {
    nextOffset = Math.max(nextOffset, offset);
  }

  org.joda.time.Instant watermark() {
    return policy.getWatermark(context);
  }

  Place place() {
    return new Place(partition, nextOffset, watermark().getMillis());
  }

  private final class Context extends TimestampPolicy.PartitionContext {
    @Override
    public long getMessageBacklog() {
      return nextOffset == UNKNOWN || end < nextOffset
          ? UnboundedReader.BACKLOG_UNKNOWN
          : end - nextOffset;
    }

    @Override
    public org.joda.time.Instant getBacklogCheckTime() {
      return org.joda.time.Instant.ofEpochMilli(endAt.toEpochMilli());
    }
  }
}
