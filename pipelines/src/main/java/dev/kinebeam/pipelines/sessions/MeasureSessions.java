package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.UuidCoder;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import java.time.Duration;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Turns events into rows of their sessions. A row is emitted at most once per interval while its
 * session runs, at once when the player ends it, and when silence closes it; an event that arrives
 * later reopens it. Every row holds all that is known, so that only the last one matters, and the
 * order and number of arrivals do not.
 *
 * <p>A session belongs to whom the gateway heard of first in it; what others send under its id
 * changes none of its rows and comes out as dead letters ({@link TakeOver}).
 *
 * <p>Silence is measured on the watermark, which follows the time of receipt; the rate of live rows
 * on the wall clock. The state of a session is deleted some time after it is over ({@link
 * SilenceTimeouts}).
 */
public final class MeasureSessions
    extends PTransform<
        PCollection<MediaRecord>, WithFailures.Result<PCollection<MeasuredSession>, DeadLetter>> {
  static final TupleTag<MeasuredSession> MEASURED = new TupleTag<>("measured") {};
  static final TupleTag<DeadLetter> REFUSED = new TupleTag<>("refused") {};

  private final SilenceTimeouts silence;
  private final Duration liveEvery;

  private MeasureSessions(SilenceTimeouts silence, Duration liveEvery) {
    this.silence = silence;
    this.liveEvery = liveEvery;
  }

  /** With a live row every ten seconds. */
  public static MeasureSessions closingAfter(SilenceTimeouts silence) {
    return new MeasureSessions(silence, Duration.ofSeconds(10));
  }

  /** At most one row in this time for a session that has not just ended. */
  public MeasureSessions liveEvery(Duration interval) {
    return new MeasureSessions(silence, interval);
  }

  @Override
  public WithFailures.Result<PCollection<MeasuredSession>, DeadLetter> expand(
      PCollection<MediaRecord> records) {
    PCollectionTuple verdicts =
        records
            .apply("Tally each bundle", ParDo.of(new TallyBundleFn()))
            .setCoder(KvCoder.of(UuidCoder.of(), SessionTallyCoder.of()))
            .apply(
                "Merge sessions",
                ParDo.of(new MergeSessionsFn(silence, liveEvery))
                    .withOutputTags(MEASURED, TupleTagList.of(REFUSED)));
    return WithFailures.Result.of(
        verdicts.get(MEASURED).setCoder(JsonCoder.of(MeasuredSession.class)),
        verdicts.get(REFUSED).setCoder(JsonCoder.of(DeadLetter.class)));
  }
}
