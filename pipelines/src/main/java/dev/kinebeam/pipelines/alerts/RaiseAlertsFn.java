package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.beam.UuidCoder;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.alert.Episode;
import dev.kinebeam.schemas.alert.Thresholds;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.state.MapState;
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
 * Keeps the windows of one organisation. Signs only change sums; the rules are judged by a timer on
 * the watermark, so that windows move on, and conditions end, also when nothing comes. The state is
 * cleared when no session is remembered and no condition holds. A restored state takes over what
 * the run before published after it ({@link RecordedEpisodes}).
 */
final class RaiseAlertsFn extends DoFn<KV<UUID, OrgInput>, AlertChange> {
  private static final String ALERTS = "alerts";
  private static final String SESSIONS = "signs";
  private static final String JUDGE = "judge";

  @StateId(ALERTS)
  private final StateSpec<ValueState<OrgAlerts>> alertsSpec =
      StateSpecs.value(OrgAlertsCoder.INSTANCE);

  @StateId(SESSIONS)
  private final StateSpec<MapState<UUID, OrgInput>> sessionsSpec =
      StateSpecs.map(UuidCoder.of(), OrgInputCoder.INSTANCE);

  @TimerId(JUDGE)
  private final TimerSpec judgeSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final DatabaseSettings database;
  private final AlertTimes times;
  private final Clock clock;
  private final Duration timeout;

  private transient AlertHistory history;
  private transient ThresholdsReader thresholds;
  private transient RecordedEpisodes recorded;

  RaiseAlertsFn(DatabaseSettings database, AlertTimes times, Clock clock, Duration timeout) {
    this.database = database;
    this.times = times;
    this.clock = clock;
    this.timeout = timeout;
  }

  @Setup
  public void setup() {
    history = new AlertHistory(database, timeout);
    thresholds = new ThresholdsReader(database, timeout, System::nanoTime);
    // Clocks differ; by more than this the job would not have caught up and not judged.
    recorded = new RecordedEpisodes(history, clock.millis() + times.catchUp().toMillis());
  }

  @ProcessElement
  public void process(
      @Element KV<UUID, OrgInput> input,
      @Timestamp Instant time,
      @StateId(ALERTS) ValueState<OrgAlerts> alerts,
      @StateId(SESSIONS) MapState<UUID, OrgInput> sessions,
      @TimerId(JUDGE) Timer judge)
      throws SQLException, InterruptedException {
    OrgAlerts state = alerts.read();
    if (state == null) {
      // What was before does not count any more, whatever time the input is from.
      long nowMs = Math.max(time.getMillis(), caughtUpMs());
      state = meet(input.getKey(), nowMs, sessions);
      judge.set(Instant.ofEpochMilli(times.nextJudgementMs(nowMs)));
    }
    if (input.getValue() instanceof SessionIndicators indicators) {
      state = state.with(replace(state.tally(), indicators, sessions));
    }
    alerts.write(state);
  }

  private OrgAlerts meet(UUID orgId, long nowMs, MapState<UUID, OrgInput> sessions)
      throws SQLException, InterruptedException {
    recorded.met(orgId);
    OrgTally tally = OrgTally.empty(nowMs, times, thresholds.of(orgId).ttfbLimitMs());
    AlertHistory.Known known = history.of(orgId, tally.baseline().fromMs());
    for (SessionIndicators indicators : known.sessions()) {
      tally = replace(tally, indicators, sessions);
    }
    return new OrgAlerts(tally, known.episodes(), tally.baseline().firstBucket());
  }

  private static OrgTally replace(
      OrgTally tally, SessionIndicators indicators, MapState<UUID, OrgInput> sessions) {
    SessionIndicators before = (SessionIndicators) sessions.get(indicators.sessionId()).read();
    boolean remembered = tally.remembers(indicators.startedAtMs());
    if (before == null && !remembered) {
      return tally;
    }
    if (before != null && before.eventsSeen() > indicators.eventsSeen()) {
      return tally;
    }
    if (remembered) {
      sessions.put(indicators.sessionId(), indicators);
    } else {
      sessions.remove(indicators.sessionId());
    }
    return tally.replace(before, remembered ? indicators : null);
  }

  @OnTimer(JUDGE)
  public void judge(
      OnTimerContext context,
      @Key UUID orgId,
      @StateId(ALERTS) ValueState<OrgAlerts> alerts,
      @StateId(SESSIONS) MapState<UUID, OrgInput> sessions,
      @TimerId(JUDGE) Timer judge,
      OutputReceiver<AlertChange> changes)
      throws SQLException, InterruptedException {
    OrgAlerts state = alerts.read();
    if (state == null) {
      return;
    }
    long nowMs = context.fireTimestamp().getMillis();
    Thresholds wanted = thresholds.of(orgId);
    OrgTally tally = state.tally().at(nowMs);
    if (tally.ttfbLimitMs() != wanted.ttfbLimitMs()) {
      tally = tally.withTtfbLimit(wanted.ttfbLimitMs(), all(sessions));
    }
    List<AlertHistory.Recorded> before = recorded.of(orgId, state.episodes(), nowMs);
    Map<Subject, Episode> episodes = RecordedEpisodes.before(state.episodes(), before, nowMs);
    if (nowMs >= caughtUpMs()) {
      AlertRules.Outcome judgement =
          new AlertRules(times, wanted).judge(orgId, tally, episodes, nowMs);
      judgement.changes().forEach(changes::output);
      episodes = RecordedEpisodes.after(judgement.episodes(), before, nowMs);
    }
    long oldest = tally.baseline().firstBucket();
    if (oldest != state.sweptBucket()) {
      forget(tally, sessions);
    }
    OrgAlerts after = new OrgAlerts(tally, episodes, oldest);
    if (after.isEmpty()) {
      alerts.clear();
      sessions.clear();
      return;
    }
    judge.set(Instant.ofEpochMilli(times.nextJudgementMs(Math.max(nowMs, caughtUpMs()))));
    alerts.write(after);
  }

  /** Before this time the job is reading what was. */
  private long caughtUpMs() {
    return clock.millis() - times.catchUp().toMillis();
  }

  private static List<SessionIndicators> all(MapState<UUID, OrgInput> sessions) {
    List<SessionIndicators> all = new ArrayList<>();
    for (OrgInput indicators : sessions.values().read()) {
      all.add((SessionIndicators) indicators);
    }
    return all;
  }

  private static void forget(OrgTally tally, MapState<UUID, OrgInput> sessions) {
    for (SessionIndicators indicators : all(sessions)) {
      if (!tally.remembers(indicators.startedAtMs())) {
        sessions.remove(indicators.sessionId());
      }
    }
  }
}
