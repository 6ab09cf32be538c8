package dev.kinebeam.trials.bench.reference;

import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionTally;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.schemas.event.MediaRecord;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Parses, merges and decides when to emit, as the Beam job does. */
final class MergeSessionsFunction
    extends KeyedProcessFunction<String, Tuple2<String, byte[]>, MeasuredSession> {
  private final SilenceTimeouts silence;
  private final long liveMs;
  private transient ValueState<ReferenceState> session;
  private transient MediaRecord.Reader reader;

  MergeSessionsFunction(SilenceTimeouts silence, Duration liveEvery) {
    this.silence = silence;
    this.liveMs = liveEvery.toMillis();
  }

  @Override
  public void open(Configuration configuration) {
    session =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("session", ReferenceState.Serializer.INSTANCE));
    reader = new MediaRecord.Reader();
  }

  @Override
  public void processElement(
      Tuple2<String, byte[]> element, Context context, Collector<MeasuredSession> rows)
      throws IOException {
    if (!(reader.read(element.f1) instanceof MediaRecord.Accepted accepted)) {
      throw new IOException("the load holds a record that cannot be read");
    }
    SessionTally news = SessionTally.of(accepted.record());
    ReferenceState before = session.value();
    SessionTally tally = before == null ? news : SessionTally.merge(before.tally(), news);
    if (before != null && tally.equals(before.tally())) {
      return;
    }
    boolean endsNow = tally.endedByClient() && (before == null || !before.tally().endedByClient());
    boolean writeDue = before != null && before.writeDue();
    if (endsNow) {
      rows.collect(MeasuredSession.of(tally));
    } else if (!writeDue) {
      long now = context.timerService().currentProcessingTime();
      context.timerService().registerProcessingTimeTimer(now + liveMs);
      writeDue = true;
    }
    long checkAt = silence.checkAtMs(tally);
    if (before != null && before.checkAtMs() <= checkAt) {
      checkAt = before.checkAtMs();
    } else {
      context.timerService().registerEventTimeTimer(checkAt);
    }
    session.update(new ReferenceState(tally, checkAt, writeDue, !endsNow));
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<MeasuredSession> rows)
      throws IOException {
    ReferenceState kept = session.value();
    if (kept == null) {
      return;
    }
    if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
      if (kept.unwritten()) {
        rows.collect(MeasuredSession.of(kept.tally()));
      }
      session.update(new ReferenceState(kept.tally(), kept.checkAtMs(), false, false));
      return;
    }
    SessionTally tally = kept.tally();
    boolean unwritten = kept.unwritten();
    if (silence.checkAtMs(tally) <= time) {
      if (tally.isOver()) {
        if (unwritten) {
          rows.collect(MeasuredSession.of(tally));
        }
        session.clear();
        return;
      }
      tally = tally.closedByTimeout();
      rows.collect(MeasuredSession.of(tally));
      unwritten = false;
    }
    long checkAt = silence.checkAtMs(tally);
    context.timerService().registerEventTimeTimer(checkAt);
    session.update(new ReferenceState(tally, checkAt, kept.writeDue(), unwritten));
  }
}
