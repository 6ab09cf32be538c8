package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.beam.UuidCoder;
import dev.kinebeam.program.database.JdbcSettings;
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
 * the watermark, so that windows move on, and conditions end, also when nothing comes. The state
 * goes when no session is remembered and no condition holds. A state that was restored takes up
 * what the run before told after it ({@link ToldEpisodes}).
 */
final class RaiseAlertsFn extends DoFn<KV<UUID, OrgNews>, AlertChange> {
  private static final String ALERTS = "alerts";
  private static final String SIGNS = "signs";
  private static final String JUDGE = "judge";

  @StateId(ALERTS)
  private final StateSpec<ValueState<OrgAlerts>> alertsSpec =
      StateSpecs.value(OrgAlertsCoder.INSTANCE);

  @StateId(SIGNS)
  private final StateSpec<MapState<UUID, OrgNews>> signsSpec =
      StateSpecs.map(UuidCoder.of(), OrgNewsCoder.INSTANCE);

  @TimerId(JUDGE)
  private final TimerSpec judgeSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final JdbcSettings database;
  private final AlertTimes times;
  private final Clock clock;
  private final Duration patience;

  private transient AlertHistory history;
  private transient ThresholdsReader thresholds;
  private transient ToldEpisodes told;

  RaiseAlertsFn(JdbcSettings database, AlertTimes times, Clock clock, Duration patience) {
    this.database = database;
    this.times = times;
    this.clock = clock;
    this.patience = patience;
  }

  @Setup
  public void setup() {
    history = new AlertHistory(database, patience);
    thresholds = new ThresholdsReader(database, patience, System::nanoTime);
    // Clocks differ; by more than this the job would not have caught up and not judged.
    told = new ToldEpisodes(history, clock.millis() + times.catchUp().toMillis());
  }

  @ProcessElement
  public void process(
      @Element KV<UUID, OrgNews> news,
      @Timestamp Instant time,
      @StateId(ALERTS) ValueState<OrgAlerts> alerts,
      @StateId(SIGNS) MapState<UUID, OrgNews> signs,
      @TimerId(JUDGE) Timer judge)
      throws SQLException, InterruptedException {
    OrgAlerts state = alerts.read();
    if (state == null) {
      // What was before is nobody's business any more, whatever time the news come from.
      long nowMs = Math.max(time.getMillis(), caughtUpMs());
      state = meet(news.getKey(), nowMs, signs);
      judge.set(Instant.ofEpochMilli(times.nextJudgementMs(nowMs)));
    }
    if (news.getValue() instanceof SessionSign sign) {
      state = state.with(replace(state.tally(), sign, signs));
    }
    alerts.write(state);
  }

  private OrgAlerts meet(UUID orgId, long nowMs, MapState<UUID, OrgNews> signs)
      throws SQLException, InterruptedException {
    told.met(orgId);
    OrgTally tally = OrgTally.empty(nowMs, times, thresholds.of(orgId).ttfbLimitMs());
    AlertHistory.Known known = history.of(orgId, tally.baseline().fromMs());
    for (SessionSign sign : known.sessions()) {
      tally = replace(tally, sign, signs);
    }
    return new OrgAlerts(tally, known.episodes(), tally.baseline().firstBucket());
  }

  private static OrgTally replace(OrgTally tally, SessionSign sign, MapState<UUID, OrgNews> signs) {
    SessionSign before = (SessionSign) signs.get(sign.sessionId()).read();
    boolean remembered = tally.remembers(sign.startedAtMs());
    if (before == null && !remembered) {
      return tally;
    }
    if (before != null && before.eventsSeen() > sign.eventsSeen()) {
      return tally;
    }
    if (remembered) {
      signs.put(sign.sessionId(), sign);
    } else {
      signs.remove(sign.sessionId());
    }
    return tally.replace(before, remembered ? sign : null);
  }

  @OnTimer(JUDGE)
  public void judge(
      OnTimerContext context,
      @Key UUID orgId,
      @StateId(ALERTS) ValueState<OrgAlerts> alerts,
      @StateId(SIGNS) MapState<UUID, OrgNews> signs,
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
      tally = tally.withTtfbLimit(wanted.ttfbLimitMs(), sessions(signs));
    }
    List<AlertHistory.Told> before = told.of(orgId, state.episodes(), nowMs);
    Map<Subject, Episode> episodes = ToldEpisodes.before(state.episodes(), before, nowMs);
    if (nowMs >= caughtUpMs()) {
      AlertRules.Judgement judgement =
          new AlertRules(times, wanted).judge(orgId, tally, episodes, nowMs);
      judgement.changes().forEach(changes::output);
      episodes = ToldEpisodes.after(judgement.episodes(), before, nowMs);
    }
    long oldest = tally.baseline().firstBucket();
    if (oldest != state.sweptBucket()) {
      forget(tally, signs);
    }
    OrgAlerts after = new OrgAlerts(tally, episodes, oldest);
    if (after.isEmpty()) {
      alerts.clear();
      signs.clear();
      return;
    }
    judge.set(Instant.ofEpochMilli(times.nextJudgementMs(Math.max(nowMs, caughtUpMs()))));
    alerts.write(after);
  }

  /** Before this time the job is reading what was. */
  private long caughtUpMs() {
    return clock.millis() - times.catchUp().toMillis();
  }

  private static List<SessionSign> sessions(MapState<UUID, OrgNews> signs) {
    List<SessionSign> sessions = new ArrayList<>();
    for (OrgNews sign : signs.values().read()) {
      sessions.add((SessionSign) sign);
    }
    return sessions;
  }

  private static void forget(OrgTally tally, MapState<UUID, OrgNews> signs) {
    for (SessionSign sign : sessions(signs)) {
      if (!tally.remembers(sign.startedAtMs())) {
        signs.remove(sign.sessionId());
      }
    }
  }
}
