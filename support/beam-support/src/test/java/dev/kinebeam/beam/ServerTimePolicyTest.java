package dev.kinebeam.beam;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.beam.sdk.io.UnboundedSource;
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
  void anEmptyPartitionDoesNotHoldBackTheWatermark() {
    assertThat(policy(null).getWatermark(backlog(0))).isEqualTo(NOW.minus(DISORDER));
  }

  @Test
  void aPartitionWithABacklogHoldsTheWatermark() {
    assertThat(policy(null).getWatermark(backlog(7))).isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);
  }

  @Test
  void theWatermarkNeverDecreases() {
    ServerTimePolicy policy = policy(NOW.minus(Duration.millis(1_000)));

    policy.getTimestampForRecord(backlog(5), record(NOW.minus(Duration.millis(60_000))));

    assertThat(policy.getWatermark(backlog(5))).isEqualTo(NOW.minus(Duration.millis(1_000)));
  }

  /** A minute's silence closes a session, so the watermark may neither stand nor run. */
  @Test
  void anIdlePartitionAndAnUnusedOneDoNotStopTheWatermark() {
    Topic topic = new Topic(3);
    topic.receive(1, NOW);
    for (int second = 0; second < 3_600; second++) {
      topic.now = NOW.plus(Duration.standardSeconds(second));
      topic.receive(0, topic.now);

      assertThat(topic.watermark()).isEqualTo(topic.now.minus(DISORDER));
    }
  }

  @Test
  void aTopicThatFellSilentAltogetherStillCloses() {
    Topic topic = new Topic(2);
    topic.receive(0, NOW);
    topic.now = NOW.plus(Duration.standardMinutes(30));

    assertThat(topic.watermark()).isEqualTo(topic.now.minus(DISORDER));
  }

  /** One record of next year, by whichever clock, must not close the sessions of the others. */
  @Test
  void aClockOfNextYearClosesNobodysSession() {
    Topic topic = new Topic(2);
    topic.receive(1, NOW.plus(Duration.standardDays(365)));
    for (int second = 0; second < 300; second++) {
      topic.now = NOW.plus(Duration.standardSeconds(second));
      Instant playing = topic.now.minus(Duration.millis(300));

      assertThat(topic.receive(0, playing)).isEqualTo(playing);
      assertThat(topic.watermark()).isBetween(NOW.minus(DISORDER), topic.now.minus(DISORDER));
    }
    assertThat(topic.watermark()).isEqualTo(topic.now.minus(DISORDER));
  }

  /**
   * After an hour without records, new ones are as much on time as any, and wait for no other
   * partition.
   */
  @Test
  void whatComesFromAPartitionThatWakesLateIsOnTime() {
    Topic topic = new Topic(2);
    topic.now = NOW.plus(Duration.standardHours(1));
    assertThat(topic.watermark()).isEqualTo(topic.now.minus(DISORDER));
    Instant woke = topic.now;
    topic.backlog[1] = 10;
    topic.now = woke.plus(Duration.standardSeconds(10));
    topic.receive(0, topic.now);

    for (int i = 0; i < 10; i++) {
      Instant received = woke.plus(Duration.standardSeconds(i));
      assertThat(topic.watermark()).as("before record %d", i).isLessThanOrEqualTo(received);
      topic.backlog[1]--;
      assertThat(topic.receive(1, received)).isEqualTo(received);
    }
    assertThat(topic.watermark()).isEqualTo(topic.now.minus(DISORDER));
  }

  /**
   * A job that was stopped reads what happened meanwhile by the records' time, not by the clock.
   */
  @Test
  void aBacklogIsReadInItsOwnTime() {
    Topic topic = new Topic(1);
    topic.now = NOW.plus(Duration.standardHours(5));
    topic.backlog[0] = 3_600;
    for (int second = 0; second < 3_600; second++) {
      Instant then = NOW.plus(Duration.standardSeconds(second));
      topic.backlog[0]--;
      topic.receive(0, then);
      if (topic.backlog[0] > 0) {
        assertThat(topic.watermark()).isEqualTo(then.minus(DISORDER));
      }
    }
    assertThat(topic.watermark()).isEqualTo(topic.now.minus(DISORDER));
  }

  @Test
  void whileTheBrokerCannotBeAskedNothingCloses() {
    Topic topic = new Topic(2);
    topic.receive(0, NOW);
    Instant before = topic.watermark();
    topic.asked = NOW;
    topic.now = NOW.plus(Duration.standardHours(2));

    assertThat(topic.watermark()).isEqualTo(before);

    topic.backlog[0] = UnboundedSource.UnboundedReader.BACKLOG_UNKNOWN;
    topic.asked = null;
    assertThat(topic.watermark()).as("nothing known of one of them").isEqualTo(before);
  }

  /** The partitions of a topic; the job's watermark is the least of theirs. */
  private static final class Topic {
    private final ServerTimePolicy[] policies;
    private final long[] backlog;
    private Instant now = NOW;

    /** When the brokers were last asked for the ends; null: just now. */
    private Instant asked;

    Topic(int partitions) {
      backlog = new long[partitions];
      policies = new ServerTimePolicy[partitions];
      for (int i = 0; i < partitions; i++) {
        policies[i] = new ServerTimePolicy(DISORDER, null, new ThisClock());
      }
    }

    Instant receive(int partition, Instant time) {
      return policies[partition].getTimestampForRecord(context(partition), record(time));
    }

    Instant watermark() {
      Instant least = BoundedWindow.TIMESTAMP_MAX_VALUE;
      for (int i = 0; i < policies.length; i++) {
        Instant watermark = policies[i].getWatermark(context(i));
        least = watermark.isBefore(least) ? watermark : least;
      }
      return least;
    }

    private TimestampPolicy.PartitionContext context(int partition) {
      return context(backlog[partition], asked == null ? now : asked);
    }

    private static TimestampPolicy.PartitionContext context(long messages, Instant checked) {
      return new TimestampPolicy.PartitionContext() {
        @Override
        public long getMessageBacklog() {
          return messages;
        }

        @Override
        public Instant getBacklogCheckTime() {
          return checked;
        }
      };
    }

    /** The topic's own time. */
    private final class ThisClock extends Clock {
      @Override
      public java.time.Instant instant() {
        return java.time.Instant.ofEpochMilli(now.getMillis());
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("a clock in UTC");
      }
    }
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
    return Topic.context(messages, NOW);
  }
}
