package dev.kinebeam.beam;

import java.time.Clock;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * The time of a record is the one that its producer, a server of ours, gave it; a patient's clock
 * has no say. Three rules on top:
 *
 * <ul>
 *   <li>a record from the future counts as of now, so that it cannot close the sessions of others;
 *   <li>a partition that has been read to its end, or never held anything, follows the time at
 *       which its end was last read, so that it delays no other partition;
 *   <li>while the broker cannot be asked, that clock stands still and nothing closes early.
 * </ul>
 */
final class ServerTimePolicy extends TimestampPolicy<byte[], byte[]> {
  private final Duration disorder;
  private final Clock clock;
  private Instant newest;
  private Instant watermark;

  ServerTimePolicy(Duration disorder, Instant before) {
    this(disorder, before, Clock.systemUTC());
  }

  ServerTimePolicy(Duration disorder, Instant before, Clock clock) {
    this.disorder = disorder;
    this.clock = clock;
    this.newest = BoundedWindow.TIMESTAMP_MIN_VALUE;
    this.watermark = before == null ? BoundedWindow.TIMESTAMP_MIN_VALUE : before;
  }

  @Override
  public Instant getTimestampForRecord(
      PartitionContext context, KafkaRecord<byte[], byte[]> record) {
    long now = clock.millis();
    long timestamp = record.getTimestamp();
    Instant time = Instant.ofEpochMilli(timestamp <= 0 ? now : Math.min(timestamp, now));
    if (time.isAfter(newest)) {
      newest = time;
    }
    return time;
  }

  @Override
  public Instant getWatermark(PartitionContext context) {
    Instant reached = newest;
    if (context.getMessageBacklog() == 0 && context.getBacklogCheckTime().isAfter(reached)) {
      reached = context.getBacklogCheckTime();
    }
    if (reached.minus(disorder).isAfter(watermark)) {
      watermark = reached.minus(disorder);
    }
    return watermark;
  }
}
