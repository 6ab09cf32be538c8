package dev.kinebeam.pipelines.sessions;

import static dev.kinebeam.schemas.event.WaitCause.CONTINUED;
import static dev.kinebeam.schemas.event.WaitCause.SEEK;
import static dev.kinebeam.schemas.event.WaitCause.STALL;
import static dev.kinebeam.schemas.event.WaitCause.STARTUP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.pipelines.sessions.Stall.EndedBy;
import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** When a wait ends, how long it lasted and why it began. */
class WaitsTest {
  private static final long NIGHT_S = 8 * 3600;

  @Test
  void aSeekEndsAStall() {
    Stall wait = onlyWait(playing(1).stall(22, 21).seek(24, 21, 50).heartbeat(34, 60, 1, 2000));

    assertThat(wait.cause()).isEqualTo(STALL);
    assertThat(wait.endedBy()).isEqualTo(EndedBy.SEEK);
    assertThat(wait.durationMs()).isEqualTo(2000);
    assertThat(wait.recovered()).isFalse();
  }

  @Test
  void aSecondStartAtOnePlaceContinuesTheFirst() {
    List<Stall> waits =
        waits(
            playing(2)
                .stall(22, 21)
                .stall(22.1, 21.1)
                .resume(23, 21, 1000)
                .heartbeat(32, 30, 1, 1000));

    assertThat(waits).extracting(Stall::cause).containsExactly(STALL, CONTINUED);
    assertThat(waits).extracting(Stall::durationMs).containsExactly(1000L, 0L);
    assertThat(waits.get(0).endedBy()).isEqualTo(EndedBy.BUFFERING_END);
    assertThat(waits.get(1).endedBy()).isNull();
    assertThat(waits.get(1).endedAtMs()).isEqualTo(waits.get(1).startedAtMs());
  }

  @Test
  void aStallWithoutAnEndEndsWhereThePlayheadHasMoved() {
    Stall wait =
        onlyWait(playing(3).stall(22, 21).heartbeat(32, 29, 1, 2000).heartbeat(1226, 40, 1, 0));

    assertThat(wait.endedBy()).isEqualTo(EndedBy.PLAYHEAD);
    assertThat(wait.durationMs()).as("8 s of the ten were played").isEqualTo(2000);
  }

  @Test
  void aStallWithoutAnEndEndsWhereAnotherBegins() {
    List<Stall> waits = waits(playing(4).stall(22, 21).stall(29, 25).resume(31, 25, 2000));

    assertThat(waits).extracting(Stall::cause).containsExactly(STALL, STALL);
    assertThat(waits).extracting(Stall::durationMs).containsExactly(3000L, 2000L);
    assertThat(waits.get(0).endedBy()).isEqualTo(EndedBy.BUFFERING_START);
  }

  @Test
  void anEndAnywhereEndsTheOpenWait() {
    Stall wait = onlyWait(playing(5).stall(22, 21).resume(24, 28, 1900));

    assertThat(wait.endedBy()).isEqualTo(EndedBy.BUFFERING_END);
    assertThat(wait.durationMs()).isEqualTo(1900);
    assertThat(wait.recovered()).isTrue();
  }

  @Test
  void aPlayersDurationIsAtMostTheTimeBetweenAndOneSecond() {
    assertThat(onlyWait(playing(6).stall(22, 21).resume(24, 21, 90_000)).durationMs())
        .isEqualTo(3000);
  }

  @Test
  void aPauseEndsAStallAndTheRestDoesNotCount() {
    Stall wait =
        onlyWait(playing(7).stall(22, 21).pause(25, 21).play(600, 21).resume(601, 21, 579_000));

    assertThat(wait.endedBy()).isEqualTo(EndedBy.PAUSE);
    assertThat(wait.durationMs()).isEqualTo(3000);
  }

  @Test
  void afterANightOfSilenceAStallLastedAMinuteAtMost() {
    Stall wait =
        onlyWait(
            playing(8)
                .stall(22, 21)
                .heartbeat(30, 21, 1, 0)
                .resume(30 + NIGHT_S, 21, (NIGHT_S + 8) * 1000));

    assertThat(wait.endedBy()).isEqualTo(EndedBy.SILENCE);
    assertThat(wait.durationMs()).isEqualTo(68_000);
    assertThat(wait.recovered()).isFalse();
  }

  @Test
  void onlyEventsDecideHowLongAnOpenWaitLasted() {
    Played played = playing(9).stall(22, 21).heartbeat(32, 21, 1, 0);

    assertThat(played.measured().waits())
        .singleElement()
        .satisfies(wait -> assertThat(wait.durationMs()).isNull())
        .satisfies(wait -> assertThat(wait.endedBy()).isNull());
    assertThat(onlyWait(played).durationMs()).isEqualTo(10_000);
    assertThat(onlyWait(played).endedBy()).isEqualTo(EndedBy.SILENCE);
  }

  @Test
  void errorsStartsAndEndsOfTheSessionEndAWait() {
    assertThat(onlyWait(playing(10).stall(22, 21).error(23, "TIMEOUT", false)).endedBy())
        .as("a play error that is not fatal, at another place")
        .isEqualTo(EndedBy.PLAYHEAD);
    assertThat(onlyWait(fatal(playing(11).stall(22, 21), 23, 21)).endedBy())
        .isEqualTo(EndedBy.ERROR);
    assertThat(onlyWait(playing(12).stall(22, 21).start(24)).endedBy())
        .isEqualTo(EndedBy.SESSION_START);
    Stall last = onlyWait(playing(13).stall(22, 21).end(27, 21, "abandoned", 17));
    assertThat(last.endedBy()).isEqualTo(EndedBy.SESSION_END);
    assertThat(last.durationMs()).isEqualTo(5000);
  }

  @Test
  void aStallBeforeTheFirstHeartbeatOfAPlayerWithoutPlayCounts() {
    Played played = Played.session(14).start(0).stall(5, 4.5).resume(7, 4.5, 2000);

    assertThat(waits(played)).extracting(Stall::cause).containsExactly(STALL);
  }

  @Test
  void untilPlaybackIsShownAWaitIsStartUp() {
    Played loading =
        Played.session(15)
            .start(0)
            .play(0.1, 0)
            .stall(0.2, 0)
            .heartbeat(10, 0, 0, 0)
            .stall(11, 0.2);
    Played resumedElsewhere = Played.session(16).start(0).play(1, 60).stall(1.5, 60.2);

    assertThat(waits(loading)).extracting(Stall::cause).containsExactly(STARTUP, CONTINUED);
    assertThat(waits(resumedElsewhere)).extracting(Stall::cause).containsExactly(STARTUP);
  }

  @Test
  void waitsWhereASeekWentBelongToIt() {
    assertThat(waits(playing(17).seek(22, 21, 80).stall(22.1, 80.2)))
        .extracting(Stall::cause)
        .containsExactly(SEEK);
    assertThat(waits(playing(18).seek(22, 21, 80).heartbeat(27, 85, 0, 0).stall(27.2, 85.2)))
        .as("it was played from there")
        .extracting(Stall::cause)
        .containsExactly(STALL);
    assertThat(waits(playing(19).stall(22, 80).seek(22, 21, 80).resume(23, 80, 1000)))
        .as("the player reported the wait first")
        .extracting(Stall::cause)
        .containsExactly(SEEK);
    assertThat(waits(playing(20).stall(22, 3)))
        .as("the seek back was lost")
        .extracting(Stall::cause)
        .containsExactly(SEEK);
    assertThat(waits(playing(21).stall(22, 70)))
        .as("the seek ahead was lost")
        .extracting(Stall::cause)
        .containsExactly(SEEK);
  }

  @Test
  void scrubbingBackToOnePlaceGivesTwoStalls() {
    Played played =
        playing(22)
            .stall(22, 21)
            .heartbeat(40, 37, 1, 2000)
            .seek(41, 38, 15)
            .stall(47, 21)
            .resume(50, 21, 3000);

    assertThat(waits(played)).extracting(Stall::cause).containsExactly(STALL, STALL);
    assertThat(waits(played)).extracting(Stall::durationMs).containsExactly(2000L, 3000L);
  }

  @Test
  void aStallWhoseStartWasLostIsNotCountedAndShows() {
    MeasuredSession session =
        playing(23)
            .resume(24, 21, 2000)
            .end(
                60,
                57,
                "abandoned",
                new EventData.Totals(57d, 47d, 1L, 2000L, null, null, null, null, null, List.of()))
            .measured();

    assertThat(session.waits()).isEmpty();
    assertThat(session.metrics().trust().countersDisagree()).isTrue();
  }

  @Test
  void waitsWithoutAPlayheadAreJudgedByTheLastKnownOne() {
    Played played = playing(24);
    add(played, 22, EventType.BUFFERING_START, noPosition());
    played.heartbeat(23, 20, 0, 0).heartbeat(33, 28, 0, 0);

    Stall wait = onlyWait(played);
    assertThat(wait.positionSeconds()).isNull();
    assertThat(wait.cause()).isEqualTo(STALL);
    assertThat(wait.endedBy()).isEqualTo(EndedBy.PLAYHEAD);
    assertThat(wait.durationMs()).isEqualTo(3000);
  }

  @Test
  void oneEventIdOnTwoStartsGivesTwoStalls() {
    Played played =
        playing(25)
            .stall(22, 21)
            .resume(23, 21, 1000)
            .heartbeat(33, 31, 1, 1000)
            .stall(40, 38)
            .resume(42, 38, 2000);
    List<MediaRecord> records = new ArrayList<>(played.records());
    UUID first = records.get(4).event().eventId();
    records.set(7, withId(records.get(7), first));

    for (int seed = 0; seed < 10; seed++) {
      Collections.shuffle(records, new Random(seed));
      MeasuredSession session = MeasuredSession.of(Played.over(Played.tallyOf(records)));
      assertThat(session.waits()).extracting(Stall::durationMs).containsExactly(1000L, 2000L);
      assertThat(session.waits().get(0).stallId()).isEqualTo(first);
      assertThat(session.waits().get(1).stallId())
          .isEqualTo(
              new MediaEvent.Identity(first, EventType.BUFFERING_START, Played.BEGIN_MS + 40_000)
                  .secondId());
      assertThat(session.metrics().trust().eventsSeen()).isEqualTo(records.size());
    }
  }

  /** Twenty seconds of playback: the playhead is one second behind. */
  private static Played playing(long number) {
    return Played.session(number)
        .start(0)
        .play(1, 0)
        .heartbeat(11, 10, 0, 0)
        .heartbeat(21, 20, 0, 0);
  }

  private static Played fatal(Played played, double at, double position) {
    EventData error = new EventData.PlaybackError("TIMEOUT", null, position, true, null);
    return add(played, at, EventType.ERROR, error);
  }

  private static Played add(Played played, double at, EventType type, EventData data) {
    return played.add(at, type, data);
  }

  private static EventData noPosition() {
    return new EventData.BufferingStart(null, null, null, null, EventData.Network.UNKNOWN);
  }

  private static MediaRecord withId(MediaRecord record, UUID id) {
    MediaEvent e = record.event();
    return new MediaRecord(
        record.orgId(),
        record.patientId(),
        record.receivedAtMs(),
        record.sentAtMs(),
        record.client(),
        new MediaEvent(
            id,
            e.type(),
            e.sessionId(),
            e.timestampMs(),
            e.seq(),
            e.mediaId(),
            e.mediaType(),
            e.renderId(),
            e.data()));
  }

  private static List<Stall> waits(Played played) {
    return MeasuredSession.of(Played.over(played.tally())).waits();
  }

  private static Stall onlyWait(Played played) {
    assertThat(waits(played)).hasSize(1);
    return waits(played).get(0);
  }
}
