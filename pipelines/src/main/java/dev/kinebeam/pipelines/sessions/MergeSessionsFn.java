package dev.kinebeam.pipelines.sessions;

import java.time.Duration;
import java.util.UUID;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;

/**
 * Keeps the tally of one session and decides when to emit it. One timer looks for silence: it is
 * set once and, when it fires early because more was heard, set again, so that an event costs no
 * timer. Another one paces live rows. What others than the session's owner send is refused at once.
 */
final class MergeSessionsFn extends DoFn<KV<UUID, SessionTally>, MeasuredSession> {
  private static final String SESSION = "session";
  private static final String SILENCE = "silence";
  private static final String LIVE = "live";

  /** More than one is an attack already; the owner is always kept. */
  private static final int MAX_CLAIMANTS = 3;

  @StateId(SESSION)
  private final StateSpec<ValueState<SessionState>> sessionSpec =
      StateSpecs.value(SessionState.Codec.INSTANCE);

  @TimerId(SILENCE)
  private final TimerSpec silenceSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  @TimerId(LIVE)
  private final TimerSpec liveSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  private final SilenceTimeouts timeouts;
  private final org.joda.time.Duration liveEvery;

  MergeSessionsFn(SilenceTimeouts timeouts, Duration liveEvery) {
    this.timeouts = timeouts;
    this.liveEvery = org.joda.time.Duration.millis(liveEvery.toMillis());
  }

  @ProcessElement
  public void process(
      @Element KV<UUID, SessionTally> news,
      @Timestamp Instant time,
      @StateId(SESSION) ValueState<SessionState> session,
      @TimerId(SILENCE) Timer silence,
      @TimerId(LIVE) Timer live,
      MultiOutputReceiver outputs) {
    SessionState before = session.read();
    SessionTally tally =
        before == null ? news.getValue() : SessionTally.merge(before.tally(), news.getValue());
    if (before != null && tally.equals(before.tally())) {
      return;
    }
    if (!tally.competing().isEmpty()) {
      SessionTally known = before == null ? null : before.tally();
      for (TakeOver refused : CompetingClaims.refused(known, tally)) {
        outputs.get(MeasureSessions.REFUSED).output(refused.deadLetter());
      }
      if (tally.competing().size() > MAX_CLAIMANTS) {
        tally = tally.against(tally.competing().subList(0, MAX_CLAIMANTS));
      }
      if (known != null && tally.alone().equals(known.alone())) {
        session.write(
            new SessionState(tally, before.checkAtMs(), before.writeDue(), before.unwritten()));
        return;
      }
    }
    boolean endsNow = tally.endedByClient() && (before == null || !before.tally().endedByClient());
    boolean writeDue = before != null && before.writeDue();
    if (endsNow) {
      outputs.get(MeasureSessions.MEASURED).output(MeasuredSession.of(tally));
    } else if (!writeDue) {
      // A timer of the clock holds the watermark back at its output's time. By default that is the
      // element's, and whatever is judged downstream would lag by the pace of live rows.
      live.withOutputTimestamp(time.plus(liveEvery)).offset(liveEvery).setRelative();
      writeDue = true;
    }
    long checkAt = timeouts.checkAtMs(tally);
    if (before != null && before.checkAtMs() <= checkAt) {
      checkAt = before.checkAtMs();
    } else {
      silence.set(Instant.ofEpochMilli(checkAt));
    }
    session.write(new SessionState(tally, checkAt, writeDue, !endsNow));
  }

  @OnTimer(LIVE)
  public void emitLiveRow(
      @StateId(SESSION) ValueState<SessionState> session, MultiOutputReceiver outputs) {
    SessionState state = session.read();
    if (state == null) {
      return;
    }
    if (state.unwritten()) {
      outputs.get(MeasureSessions.MEASURED).output(MeasuredSession.of(state.tally()));
    }
    session.write(new SessionState(state.tally(), state.checkAtMs(), false, false));
  }

  @OnTimer(SILENCE)
  public void checkForSilence(
      OnTimerContext now,
      @StateId(SESSION) ValueState<SessionState> session,
      @TimerId(SILENCE) Timer silence,
      MultiOutputReceiver outputs) {
    SessionState state = session.read();
    if (state == null) {
      return;
    }
    SessionTally tally = state.tally();
    boolean unwritten = state.unwritten();
    if (timeouts.checkAtMs(tally) <= now.fireTimestamp().getMillis()) {
      if (tally.isOver()) {
        if (unwritten) {
          outputs.get(MeasureSessions.MEASURED).output(MeasuredSession.of(tally));
        }
        session.clear();
        return;
      }
      tally = tally.closedByTimeout();
      outputs.get(MeasureSessions.MEASURED).output(MeasuredSession.of(tally));
      unwritten = false;
    }
    long checkAt = timeouts.checkAtMs(tally);
    silence.set(Instant.ofEpochMilli(checkAt));
    session.write(new SessionState(tally, checkAt, state.writeDue(), unwritten));
  }
}
