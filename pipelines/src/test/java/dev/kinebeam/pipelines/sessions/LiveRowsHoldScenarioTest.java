package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.MediaRecordCoder;
import dev.kinebeam.schemas.event.MediaRecord;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** A live row that is still to be emitted keeps no later step waiting. */
class LiveRowsHoldScenarioTest {
  private static final Instant MOMENT = Instant.ofEpochMilli(Played.BEGIN_MS + 9_000);

  /** Out of the runner's threads. */
  private static final Queue<String> HAPPENED = new ConcurrentLinkedQueue<>();

  /** Judges at a moment of the watermark, as the alerts do. */
  static final class JudgeFn extends DoFn<KV<String, MeasuredSession>, Void> {
    @TimerId("moment")
    private final TimerSpec momentSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(@Element KV<String, MeasuredSession> row, @TimerId("moment") Timer moment) {
      HAPPENED.add(row.getValue().metrics().identity().status().word());
      moment.set(MOMENT);
    }

    @OnTimer("moment")
    public void judge() {
      HAPPENED.add("judged");
    }
  }

  @Test
  void theWatermarkPassesALiveRowThatIsStillToBeEmitted() {
    HAPPENED.clear();
    Played over = Played.session(1).end(0, 0, "abandoned", 0);
    Played running = Played.session(2).play(1, 0);
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(
            TestStream.create(MediaRecordCoder.of())
                .advanceWatermarkTo(Instant.ofEpochMilli(Played.BEGIN_MS))
                .addElements(timed(over))
                .addElements(timed(running))
                .advanceWatermarkTo(after(500))
                .advanceProcessingTime(org.joda.time.Duration.standardSeconds(11))
                .advanceWatermarkTo(after(20_000))
                .advanceWatermarkToInfinity())
        .apply(
            MeasureSessions.closingAfter(
                new SilenceTimeouts(
                    Duration.ofSeconds(60), Duration.ofMinutes(30), Duration.ofHours(24))))
        .output()
        .apply(WithKeys.<String, MeasuredSession>of("all").withKeyType(TypeDescriptors.strings()))
        .apply(ParDo.of(new JudgeFn()));
    pipeline.run().waitUntilFinish();

    assertThat(HAPPENED).startsWith("abandoned", "judged", "playing");
  }

  private static Instant after(long ms) {
    return MOMENT.plus(org.joda.time.Duration.millis(ms));
  }

  private static TimestampedValue<MediaRecord> timed(Played session) {
    MediaRecord record = session.records().get(0);
    return TimestampedValue.of(record, Instant.ofEpochMilli(record.receivedAtMs()));
  }
}
