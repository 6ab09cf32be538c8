package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.UuidCoder;
import dev.kinebeam.schemas.event.MediaRecord;
import java.time.Instant;
import java.util.UUID;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * {@link MeasureSessions} over a bounded input: one row for each session, as the stream emits it
 * once its watermark has reached the horizon. A session whose silence timeout has not passed by
 * then is emitted as still running.
 */
public final class MeasureArchive
    extends PTransform<PCollection<MediaRecord>, PCollection<MeasuredSession>> {
  private final SilenceTimeouts silence;
  private final long horizonMs;

  private MeasureArchive(SilenceTimeouts silence, long horizonMs) {
    this.silence = silence;
    this.horizonMs = horizonMs;
  }

  /**
   * With everything there that was received before the horizon.
   *
   * @param silence that of the stream, or sessions close otherwise than they did there
   */
  public static MeasureArchive asOf(Instant horizon, SilenceTimeouts silence) {
    return new MeasureArchive(silence, horizon.toEpochMilli());
  }

  @Override
  public PCollection<MeasuredSession> expand(PCollection<MediaRecord> records) {
    SilenceTimeouts waited = silence;
    long horizon = horizonMs;
    return records
        .apply("Tally each bundle", ParDo.of(new TallyBundleFn()))
        .setCoder(KvCoder.of(UuidCoder.of(), SessionTallyCoder.of()))
        .apply(
            "Merge sessions", Combine.<UUID, SessionTally, SessionTally>perKey(new MergeTallies()))
        .setCoder(KvCoder.of(UuidCoder.of(), SessionTallyCoder.of()))
        .apply(
            "Close what is silent",
            MapElements.into(TypeDescriptor.of(MeasuredSession.class))
                .via(
                    (KV<UUID, SessionTally> session) ->
                        measured(session.getValue(), waited, horizon)))
        .setCoder(JsonCoder.of(MeasuredSession.class));
  }

  private static MeasuredSession measured(
      SessionTally tally, SilenceTimeouts silence, long horizonMs) {
    boolean silent = !tally.isOver() && silence.checkAtMs(tally) <= horizonMs;
    return MeasuredSession.of(silent ? tally.closedByTimeout() : tally);
  }

  /** The merge function, as a Beam combiner. */
  private static final class MergeTallies extends Combine.BinaryCombineFn<SessionTally> {
    private static final long serialVersionUID = 1L;

    @Override
    public SessionTally apply(SessionTally left, SessionTally right) {
      return SessionTally.merge(left, right);
    }
  }
}
