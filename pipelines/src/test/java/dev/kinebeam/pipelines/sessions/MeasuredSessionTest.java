package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.SessionStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Awkward sessions and the rows they must give. */
class MeasuredSessionTest {
  private static final long BEGIN = Played.BEGIN_MS;

  @Test
  void aWholeSessionGivesEveryColumn() {
    Played session =
        Played.session(1)
            .start(0)
            .play(1.2, 0)
            .heartbeat(11.2, 10, 0, 0)
            .stall(23.1, 23.1)
            .resume(25.9, 23.1, 2800)
            .quality(26, 23.1, "720p", "1080p")
            .heartbeat(36, 33, 1, 2800)
            .milestone(40, 25)
            .pause(45, 42)
            .play(60, 42)
            .seek(61, 43, 10)
            .error(62, "MEDIA_ERR_NETWORK", false)
            .end(
                150,
                120.5,
                "completed",
                new EventData.Totals(
                    118.0, 97.9, 1L, 2800L, 1L, 1L, 5L, 3615L, 1L, List.of("MEDIA_ERR_NETWORK")));

    SessionMetrics row = session.measured().metrics();

    assertThat(row.identity())
        .isEqualTo(
            new SessionMetrics.Identity(
                session.sessionId(),
                Played.ORG,
                Played.PATIENT,
                "hashed-exercise",
                "video",
                Played.RENDER,
                BEGIN,
                BEGIN + 150_000,
                BEGIN + 150_000,
                SessionStatus.COMPLETED,
                "client"));
    assertThat(row.startUp())
        .isEqualTo(
            new SessionMetrics.StartUp(340L, 1200L, 280L, 120.5, 2_500_000L, "720p", true, true));
    assertThat(row.playback())
        .isEqualTo(new SessionMetrics.Playback(118.0, 97.9, 120.5, 120.5, 2, 1, 1, 25, 2));
    assertThat(row.smoothness())
        .isEqualTo(
            new SessionMetrics.Smoothness(
                1, 2800, 1, 2800, 1, 1, 2_400_000L, 5_000_000L, "1080p", 5, 3615));
    assertThat(row.network()).isEqualTo(new SessionMetrics.Network("wifi", 11.2, 3.2, 48L));
    assertThat(row.device())
        .isEqualTo(new SessionMetrics.Device("phone", "Android", "Firefox", "3.1.0"));
    assertThat(row.faults())
        .isEqualTo(new SessionMetrics.Faults(1, List.of("MEDIA_ERR_NETWORK"), false));
    assertThat(row.trust())
        .isEqualTo(new SessionMetrics.Trust(13, 0, 0, false, SessionMetrics.VERSION, 40L));
  }

  @Test
  void aViewerWhoScrubsBackStallsTwiceAtOnePlace() {
    MeasuredSession session =
        Played.session(2)
            .start(0)
            .play(1, 0)
            .stall(20, 19.0)
            .resume(21, 19.0, 1000)
            .seek(30, 28, 15)
            .stall(35, 19.0)
            .resume(38, 19.1, 3000)
            .end(90, 70, "abandoned", 58)
            .measured();

    assertThat(session.waits()).extracting(Stall::durationMs).containsExactly(1000L, 3000L);
    assertThat(session.waits()).extracting(Stall::recovered).containsExactly(true, true);
    assertThat(session.metrics().smoothness().stallDurationMs()).isEqualTo(4000);
  }

  @Test
  void aStallLastsUntilItsSessionEnds() {
    Played session = Played.session(4).start(0).play(1, 0).stall(20, 19.0);

    assertThat(session.measured().waits())
        .singleElement()
        .satisfies(stall -> assertThat(stall.endedAtMs()).isNull())
        .satisfies(stall -> assertThat(stall.recovered()).isNull());
    assertThat(session.end(50, 19, "abandoned", 16).measured().waits())
        .singleElement()
        .satisfies(stall -> assertThat(stall.endedAtMs()).isEqualTo(BEGIN + 50_000))
        .satisfies(stall -> assertThat(stall.recovered()).isFalse());
  }

  @Test
  void anEndWithoutAStartIsNotAStall() {
    MeasuredSession session = Played.session(5).start(0).resume(20, 19.0, 800).measured();

    assertThat(session.waits()).isEmpty();
  }

  @Test
  void aFatalErrorBeforeTheFirstFrame() {
    SessionMetrics row =
        Played.session(6)
            .start(0)
            .error(2, "HTTP_403", true)
            .end(3, 0, "error", 0)
            .measured()
            .metrics();

    assertThat(row.identity().status()).isEqualTo(SessionStatus.ERROR);
    assertThat(row.startUp().startedPlaying()).isFalse();
    assertThat(row.faults().fatalError()).isTrue();
  }

  @Test
  void silenceClosesAndTheNextEventReopens() {
    Played played = Played.session(7).start(0).play(1, 0).heartbeat(11, 10, 0, 0);
    SessionTally closed = played.tally().closedByTimeout();

    assertThat(MeasuredSession.of(closed).metrics().identity().status())
        .isEqualTo(SessionStatus.ABANDONED);
    assertThat(MeasuredSession.of(closed).metrics().identity().endedBy()).isEqualTo("timeout");
    assertThat(MeasuredSession.of(closed).metrics().identity().endedAtMs())
        .isEqualTo(BEGIN + 11_000);

    SessionTally repeated = SessionTally.merge(closed, SessionTally.of(played.records().get(2)));
    assertThat(repeated.isOver()).as("a duplicate changes nothing").isTrue();

    MediaRecord news = played.heartbeat(300, 20, 0, 0).records().get(3);
    SessionTally reopened = SessionTally.merge(closed, SessionTally.of(news));
    assertThat(MeasuredSession.of(reopened).metrics().identity().status())
        .isEqualTo(SessionStatus.PLAYING);
    assertThat(MeasuredSession.of(reopened).metrics().identity().endedAtMs()).isNull();
  }

  @Test
  void aSilentSessionThatWasWatchedToItsEndIsCompleted() {
    SessionTally tally = Played.session(8).play(1, 0).heartbeat(121, 118, 0, 0).tally();

    assertThat(MeasuredSession.of(tally.closedByTimeout()).metrics().identity().status())
        .isEqualTo(SessionStatus.COMPLETED);
  }

  @Test
  void aClockFarOffIsCorrected() {
    SessionMetrics.Identity row =
        Played.session(9)
            .clockBehindMs(3_600_000)
            .start(0)
            .play(1, 0)
            .end(60, 50, "abandoned", 41)
            .measured()
            .metrics()
            .identity();

    assertThat(row.startedAtMs()).isEqualTo(BEGIN + 40);
    assertThat(row.endedAtMs()).isEqualTo(BEGIN + 60_040);
  }

  @Test
  void aTimeAfterTheSendingIsTheSending() {
    long received = BEGIN + 5_040;
    long nextYear = BEGIN + 365L * 24 * 3_600_000;
    SessionMetrics.Identity row =
        Played.session(10)
            .start(0)
            .add(nextYear, BEGIN + 5_000, received, EventType.PLAY, new EventData.Play(0d, false))
            .add(
                nextYear,
                MediaRecord.UNKNOWN_TIME,
                received + 1,
                EventType.PAUSE,
                new EventData.Pause(3d))
            .measured()
            .metrics()
            .identity();

    assertThat(row.lastEventAtMs()).isEqualTo(received + 1);
  }

  @Test
  void gapsInTheCounterAreMissingEvents() {
    List<MediaRecord> records =
        new ArrayList<>(
            Played.session(11).start(0).play(1, 0).pause(2, 1).play(3, 1).pause(4, 2).records());
    records.remove(3);
    records.remove(0);

    SessionMetrics.Trust trust = MeasuredSession.of(Played.tallyOf(records)).metrics().trust();

    assertThat(trust.eventsSeen()).isEqualTo(3);
    assertThat(trust.eventsMissing()).isEqualTo(2);
  }

  @Test
  void totalsThatAreNotThoseOfTheEventsAreFlagged() {
    EventData.Totals twoStalls =
        new EventData.Totals(9.0, 8.0, 2L, 5000L, null, null, null, null, null, List.of());

    SessionMetrics row =
        Played.session(12)
            .start(0)
            .play(0, 0)
            .stall(2, 1)
            .resume(3, 1, 1000)
            .end(10, 9, "abandoned", twoStalls)
            .measured()
            .metrics();

    assertThat(row.trust().countersDisagree()).isTrue();
    assertThat(row.smoothness().bufferingCount()).isEqualTo(2);
    assertThat(row.smoothness().stallCount()).isEqualTo(1);
  }

  @Test
  void theCounterOrdersEventsWhenTheClockIsSetBack() {
    SessionMetrics row =
        Played.session(13).play(50, 0).heartbeat(60, 10, 0, 0).pause(5, 14).measured().metrics();

    assertThat(row.playback().finalPositionSeconds()).isEqualTo(14.0);
    assertThat(row.identity().startedAtMs()).isEqualTo(BEGIN + 5_000);
  }

  @Test
  void anOlderHeartbeatThatComesLateLowersNothing() {
    Played played =
        Played.session(14).play(0, 0).heartbeat(10, 10, 1, 700).heartbeat(20, 20, 1, 700);
    List<MediaRecord> late = new ArrayList<>(played.records());
    late.add(late.remove(1));

    assertThat(MeasuredSession.of(Played.tallyOf(late))).isEqualTo(played.measured());
    assertThat(played.measured().metrics().playback().finalPositionSeconds()).isEqualTo(20.0);
  }
}
