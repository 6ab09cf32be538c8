package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.event.Correction;
import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.SessionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The columns that need evidence, and whose word counts for the others. */
class SessionReportTest {
  private static final EventData.Network UNKNOWN = EventData.Network.UNKNOWN;

  @Test
  void aSkipToTheEndIsNotCompleted() {
    Played skip =
        started(1)
            .add(11, EventType.HEARTBEAT, watched(10, 10d))
            .seek(12, 11, 118)
            .end(14, 120, "completed", watching(12d));
    Played whole =
        started(2)
            .add(61, EventType.HEARTBEAT, watched(60, 60d))
            .add(116, EventType.HEARTBEAT, watched(115, 115d))
            .end(122, 120.5, "abandoned", watching(117d));
    Played repeated =
        started(3)
            .add(61, EventType.HEARTBEAT, watched(60, 60d))
            .seek(62, 61, 1)
            .add(121, EventType.HEARTBEAT, watched(60, 119d))
            .end(122, 61, "abandoned", watching(120d));

    assertThat(status(skip)).isEqualTo("abandoned");
    assertThat(status(whole)).isEqualTo("completed");
    assertThat(status(repeated)).as("the first half twice").isEqualTo("abandoned");
  }

  @Test
  void withoutWatchedTimeALastMilestoneInCredibleTimeCompletes() {
    EventData played = new EventData.Milestone(95, 114.5, 130.0);
    EventData skipped = new EventData.Milestone(95, 114.5, 20.0);

    assertThat(
            status(
                started(4)
                    .add(131, EventType.MILESTONE, played)
                    .end(136, 120, "x", watching(null))))
        .isEqualTo("completed");
    assertThat(
            status(
                started(5).add(21, EventType.MILESTONE, skipped).end(26, 120, "x", watching(null))))
        .isEqualTo("abandoned");
  }

  @Test
  void withoutADurationThePlayersPercentageCounts() {
    assertThat(status(Played.session(6).play(0, 0).end(100, 90, "x", 96))).isEqualTo("completed");
    assertThat(status(Played.session(7).play(0, 0).end(100, 90, "x", 94))).isEqualTo("abandoned");
  }

  @Test
  void aPlayShowsNothingAndFramesOrAMovedPlayheadDo() {
    assertThat(startedPlaying(started(8).add(10, EventType.HEARTBEAT, watched(0, 0d)))).isFalse();
    assertThat(startedPlaying(started(9).add(10, EventType.HEARTBEAT, watched(0, null)))).isFalse();
    assertThat(startedPlaying(started(10).add(10, EventType.HEARTBEAT, watched(0, 0.5)))).isTrue();
    assertThat(startedPlaying(started(11).pause(9, 8))).as("the playhead moved").isTrue();
    assertThat(startedPlaying(started(12).seek(9, 0, 50).pause(10, 50))).as("it jumped").isFalse();
    EventData frames = new EventData.SessionEnd(null, null, totals(null, 30L));
    assertThat(startedPlaying(started(13).add(9, EventType.SESSION_END, frames))).isTrue();
  }

  @Test
  void anEventThatDoesNotNameAFieldSaysNothingAboutIt() {
    SessionMetrics.Network network =
        Played.session(14)
            .start(0)
            .add(
                5,
                EventType.BUFFERING_START,
                new EventData.BufferingStart(
                    4d, null, null, null, new EventData.Network(null, 3.2, null)))
            .measured()
            .metrics()
            .network();

    assertThat(network).isEqualTo(new SessionMetrics.Network("wifi", 3.2, 3.2, 45L));
  }

  @Test
  void switchesAreTheGreaterOfThePlayersCounterAndTheEvents() {
    Played events =
        started(15)
            .add(5, EventType.QUALITY_CHANGE, quality(2L, 1L, "720p", "720p", "buffer_low"))
            .add(6, EventType.QUALITY_CHANGE, quality(1L, 2L, "720p", "480p", "user_manual"))
            .add(7, EventType.QUALITY_CHANGE, quality(null, 2L, null, "480p", "initial"));
    SessionMetrics.Smoothness smoothness = events.measured().metrics().smoothness();

    assertThat(smoothness.bitrateSwitches()).isEqualTo(2);
    assertThat(smoothness.resolutionSwitches()).isEqualTo(1);
    EventData.Totals counted =
        new EventData.Totals(1d, null, null, null, 7L, 0L, null, null, null, List.of());
    SessionMetrics.Smoothness greater =
        events.end(9, 8, "abandoned", counted).measured().metrics().smoothness();
    assertThat(greater.bitrateSwitches()).isEqualTo(7);
    assertThat(greater.resolutionSwitches()).isEqualTo(1);
  }

  @Test
  void aNightsSleepIsNotWatched() {
    Played night =
        started(16)
            .add(11, EventType.HEARTBEAT, watched(10, 10d))
            .add(21, EventType.HEARTBEAT, watched(20, 20d))
            .add(28_821, EventType.HEARTBEAT, watched(30, 28_811d));
    SessionMetrics row = night.measured().metrics();

    assertThat(row.playback().watchedDurationSeconds()).isEqualTo(2 * (21 + 60));
    assertThat(row.trust().countersDisagree()).isTrue();
    Played one = started(17).add(11, EventType.HEARTBEAT, watched(10, 500d));
    assertThat(one.measured().metrics().playback().watchedDurationSeconds())
        .as("one heartbeat shows no span")
        .isEqualTo(500);
  }

  @Test
  void anEndEndsTheSessionOnlyIfNothingIsLater() {
    Played played = started(18).end(30, 28, "abandoned", watching(28d)).play(40, 28);
    SessionMetrics.Identity running = played.measured().metrics().identity();

    assertThat(running.status()).isEqualTo(SessionStatus.PLAYING);
    assertThat(running.endedBy()).isNull();
    assertThat(running.endedAtMs()).isNull();
    SessionMetrics.Identity ended =
        played.end(50, 38, "abandoned", watching(38d)).measured().metrics().identity();
    assertThat(ended.endedBy()).isEqualTo("client");
    assertThat(ended.endedAtMs()).isEqualTo(Played.BEGIN_MS + 50_000);
  }

  @Test
  void withoutNumbersAnEndOfTheSameMomentIsTheLast() {
    Played played = Played.session(19).withoutSeq().start(0).play(1, 0);
    played.end(30, 28, "abandoned", watching(28d)).pause(30, 28);

    assertThat(played.measured().metrics().identity().endedBy()).isEqualTo("client");
  }

  @Test
  void theFirstStartsFactsStandAlsoWhereTheyAreNull() {
    EventData first = new EventData.SessionStart(120.0, null, 900L, null, UNKNOWN, null, null);
    EventData second = new EventData.SessionStart(99.0, 340L, 800L, 280L, UNKNOWN, 1L, "720p");
    SessionMetrics.StartUp startUp =
        Played.session(20)
            .add(0, EventType.SESSION_START, first)
            .add(5, EventType.SESSION_START, second)
            .measured()
            .metrics()
            .startUp();

    assertThat(startUp)
        .isEqualTo(new SessionMetrics.StartUp(null, 900L, null, 120.0, null, null, true, false));
  }

  @Test
  void aDelayedBatchIsNotAWrongClock() {
    for (long late : List.of(30_000L, 119_000L)) {
      assertThat(startedAt(late)).isEqualTo(Played.BEGIN_MS);
    }
    assertThat(startedAt(121_000L)).isEqualTo(Played.BEGIN_MS + 121_000);
  }

  private static long startedAt(long delayMs) {
    return Played.session(21)
        .add(
            Played.BEGIN_MS,
            Played.BEGIN_MS + 1_000,
            Played.BEGIN_MS + 1_000 + delayMs,
            EventType.PLAY,
            new EventData.Play(0d, false))
        .measured()
        .metrics()
        .identity()
        .startedAtMs();
  }

  @Test
  void correctedEventsCountOnce() {
    List<MediaRecord> records = new ArrayList<>(started(22).pause(9, 8).records());
    MediaRecord last = records.get(2);
    MediaEvent e = last.event();
    records.add(
        new MediaRecord(
            last.orgId(),
            last.patientId(),
            last.receivedAtMs(),
            last.sentAtMs(),
            last.client(),
            new MediaEvent(
                new UUID(5, 5),
                e.type(),
                e.sessionId(),
                e.timestampMs(),
                3,
                null,
                null,
                null,
                e.data(),
                List.of(new Correction("seq", Correction.Code.WRONG_TYPE)))));
    records.add(records.get(3));

    SessionMetrics.Trust trust = MeasuredSession.of(Played.tallyOf(records)).metrics().trust();
    assertThat(trust.eventsCorrected()).isEqualTo(1);
    assertThat(trust.eventsSeen()).isEqualTo(4);
  }

  @Test
  void theFirstErrorsAreKept() {
    Played played = started(23);
    for (int i = 0; i < 60; i++) {
      EventData error = new EventData.PlaybackError("E" + i, "x".repeat(700), 4d, false, null);
      played.add(2 + i, EventType.ERROR, error);
    }
    MeasuredSession session = played.measured();

    assertThat(session.errors()).hasSize(EventDetails.MAX_ERRORS);
    assertThat(session.metrics().faults().errorCount()).isEqualTo(60);
    SessionError first = session.errors().get(0);
    assertThat(first.code()).isEqualTo("E0");
    assertThat(first.message()).hasSize(EventDetails.LONGEST_MESSAGE);
    assertThat(first.occurredAtMs()).isEqualTo(Played.BEGIN_MS + 2_000);
    assertThat(first.positionSeconds()).isEqualTo(4);
    assertThat(first.fatal()).isFalse();
  }

  private static Played started(long number) {
    return Played.session(number).start(0).play(1, 0);
  }

  private static EventData watched(double position, Double seconds) {
    return new EventData.Heartbeat(
        position, totals(seconds, null), null, null, null, null, UNKNOWN);
  }

  private static EventData.Totals watching(Double seconds) {
    return totals(seconds, null);
  }

  private static EventData.Totals totals(Double watched, Long frames) {
    return new EventData.Totals(
        watched, null, null, null, null, null, null, frames, null, List.of());
  }

  private static EventData quality(
      Long from, Long to, String fromResolution, String toResolution, String reason) {
    return new EventData.QualityChange(null, from, to, fromResolution, toResolution, reason);
  }

  private static String status(Played played) {
    return MeasuredSession.of(Played.over(played.tally())).metrics().identity().status().word();
  }

  private static boolean startedPlaying(Played played) {
    return played.measured().metrics().startUp().startedPlaying();
  }
}
