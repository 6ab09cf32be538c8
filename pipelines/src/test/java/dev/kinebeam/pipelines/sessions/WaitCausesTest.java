package dev.kinebeam.pipelines.sessions;

import static dev.kinebeam.pipelines.sessions.Stall.Cause.SEEK;
import static dev.kinebeam.pipelines.sessions.Stall.Cause.STALL;
import static dev.kinebeam.pipelines.sessions.Stall.Cause.STARTUP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Start-up and seek waits are not stalls, whatever order their events come in. */
class WaitCausesTest {

  @Test
  void onlyWhatIsNeitherIsAStall() {
    EventData.Totals all =
        new EventData.Totals(40.0, 33.0, 5L, 3200L, null, null, null, null, 0L, List.of());
    Played played =
        Played.session(1)
            .start(0)
            .stall(0.1, 0)
            .resume(0.5, 0, 400)
            .play(1, 0)
            .stall(1.1, 0.2)
            .resume(1.6, 0.2, 500)
            .heartbeat(11, 10, 2, 900)
            .stall(15, 14)
            .resume(16, 14, 1000)
            .seek(20, 18, 60)
            .stall(20.1, 60.1)
            .resume(20.4, 60.1, 300)
            .stall(25, 65)
            .resume(26, 65, 1000)
            .end(40, 80, "abandoned", all);
    MeasuredSession session = played.measured();

    assertThat(session.stalls())
        .extracting(Stall::cause)
        .containsExactly(STARTUP, STARTUP, STALL, SEEK, STALL);
    assertThat(session.metrics().smoothness().stallCount()).isEqualTo(2);
    assertThat(session.metrics().smoothness().stallDurationMs()).isEqualTo(2000);
    assertThat(session.metrics().trust().countersDisagree())
        .as("a player that counts every wait is right, too")
        .isFalse();
    List<MediaRecord> shuffled = new ArrayList<>(played.records());
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(MeasuredSession.of(Played.tallyOf(shuffled))).isEqualTo(session);
    }
  }

  @Test
  void aWaitOnGoingOnAfterAPauseIsAStall() {
    MeasuredSession session =
        Played.session(2).play(0, 0).pause(5, 5).play(60, 5).stall(60.1, 5.1).measured();

    assertThat(session.stalls()).extracting(Stall::cause).containsExactly(STALL);
  }

  @Test
  void heartbeatsOfAPlayerThatStillLoadsShowNothing() {
    MeasuredSession session =
        Played.session(3).play(0, 0).heartbeat(10, 0, 0, 0).stall(11, 0).measured();

    assertThat(session.stalls()).extracting(Stall::cause).containsExactly(STARTUP);
  }

  @Test
  void whoAskedToPlayAndSawNothingCanBeCounted() {
    assertThat(Played.session(4).start(0).measured().metrics().startUp())
        .satisfies(it -> assertThat(it.askedToPlay()).isTrue())
        .satisfies(it -> assertThat(it.startedPlaying()).isFalse());
    assertThat(Played.session(5).end(1, 0, "abandoned", 0).measured().metrics().startUp())
        .satisfies(it -> assertThat(it.askedToPlay()).isFalse());
  }
}
