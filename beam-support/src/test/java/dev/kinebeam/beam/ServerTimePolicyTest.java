package dev.kinebeam.beam;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.ZoneOffset;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class ServerTimePolicyTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Duration DISORDER = Duration.standardSeconds(2);

  @Test
  void theWatermarkFollowsTheNewestRecord() {
    ServerTimePolicy policy = policy(null);

    assertThat(policy.getTimestampForRecord(backlog(5), record(NOW.minus(Duration.millis(9_000)))))
        .isEqualTo(NOW.minus(Duration.millis(9_000)));
    policy.getTimestampForRecord(backlog(4), record(NOW.minus(Duration.millis(9_500))));

    assertThat(policy.getWatermark(backlog(4))).isEqualTo(NOW.minus(Duration.millis(11_000)));
  }

  @Test
  void aRecordFromTheFutureCountsAsOfNow() {
    ServerTimePolicy policy = policy(null);

    Instant nextYear = NOW.plus(Duration.standardDays(365));
    assertThat(policy.getTimestampForRecord(backlog(5), record(nextYear))).isEqualTo(NOW);
    assertThat(policy.getWatermark(backlog(5))).isEqualTo(NOW.minus(DISORDER));
  }

  @Test
  void aRecordWithoutATimeCountsAsOfNow() {
    assertThat(policy(null).getTimestampForRecord(backlog(5), record(Instant.EPOCH)))
        .isEqualTo(NOW);
  }

  @Test
  void aPartitionThatNeverHeldAnythingHoldsBackNobody() {
    assertThat(policy(null).getWatermark(backlog(0))).isEqualTo(NOW.minus(DISORDER));
  }

  @Test
  void aPartitionWithABacklogHoldsTheWatermark() {
    assertThat(policy(null).getWatermark(backlog(7))).isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);
  }

  @Test
  void theWatermarkNeverGoesBack() {
    ServerTimePolicy policy = policy(NOW.minus(Duration.millis(1_000)));

    policy.getTimestampForRecord(backlog(5), record(NOW.minus(Duration.millis(60_000))));

    assertThat(policy.getWatermark(backlog(5))).isEqualTo(NOW.minus(Duration.millis(1_000)));
  }

  private static ServerTimePolicy policy(Instant before) {
    return new ServerTimePolicy(
        DISORDER,
        before,
        Clock.fixed(java.time.Instant.ofEpochMilli(NOW.getMillis()), ZoneOffset.UTC));
  }

  private static KafkaRecord<byte[], byte[]> record(Instant time) {
    return new KafkaRecord<>(
        "t",
        0,
        0,
        time.getMillis(),
        KafkaTimestampType.CREATE_TIME,
        new RecordHeaders(),
        new byte[0],
        new byte[0]);
  }

  private static TimestampPolicy.PartitionContext backlog(long messages) {
    return new TimestampPolicy.PartitionContext() {
      @Override
      public long getMessageBacklog() {
        return messages;
      }

      @Override
      public Instant getBacklogCheckTime() {
        return NOW;
      }
    };
  }
}
