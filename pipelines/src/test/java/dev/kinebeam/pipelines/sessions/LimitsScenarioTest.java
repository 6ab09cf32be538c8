package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Players that send far too much, or at impossible times. */
class LimitsScenarioTest {
  private static final long YEAR_MS = 365L * 86_400_000;

  /** As the job meets it: bundles, each merged into what is kept. */
  @Test
  @Timeout(60)
  void aHundredThousandEventsAreCountedExactly() throws Exception {
    Played played = Played.session(1).start(0).play(0.5, 0).heartbeat(0.6, 0.1, 0, 0);
    for (int i = 0; i < 25_000; i++) {
      double at = 1 + 4 * i;
      played.stall(at, at).resume(at + 1, at, 1000).seek(at + 2, at + 1, at + 1);
      played.add(
          at + 2, EventType.ERROR, new EventData.PlaybackError("E" + i, null, null, false, null));
    }
    List<MediaRecord> records = played.records();

    SessionTally kept = null;
    for (int from = 0; from < records.size(); from += 1000) {
      int to = Math.min(records.size(), from + 1000);
      SessionTally bundle = Played.tallyOf(records.subList(from, to));
      kept = kept == null ? bundle : SessionTally.merge(kept, bundle);
    }

    SessionMetrics row = MeasuredSession.of(kept).metrics();
    assertThat(row.trust().eventsSeen()).isEqualTo(100_003);
    assertThat(row.trust().eventsMissing()).isZero();
    assertThat(row.smoothness().stallCount()).isEqualTo(25_000);
    assertThat(row.playback().seeks()).isEqualTo(25_000);
    assertThat(row.faults().errorTypes()).hasSize(FaultFacts.MAX_TYPES);
    assertThat(MeasuredSession.of(kept).waits())
        .hasSizeBetween(PlayheadLog.MOST / 4 - 1, PlayheadLog.MOST / 4);
    assertThat(CoderUtils.encodeToByteArray(SessionTallyCoder.of(), kept))
        .hasSizeLessThan(1_500_000);
  }

  @Test
  void aSessionOfAHundredAndTwentyEventsTakesLessThanFourKilobytes() throws Exception {
    Played played = Played.session(2).start(0).play(1, 0);
    for (int i = 0; i < 3; i++) {
      played.stall(20 + i, 19 + i).resume(20.5 + i, 19 + i, 500);
    }
    for (int i = 0; i < 111; i++) {
      played.heartbeat(30 + 10 * i, 25 + 10 * i, 3, 1500);
    }
    SessionTally tally = played.end(1200, 1100, "completed", 99).tally();

    assertThat(tally.eventsSeen()).isEqualTo(120);
    assertThat(CoderUtils.encodeToByteArray(SessionTallyCoder.of(), tally)).hasSizeLessThan(4096);
  }

  @Test
  void noClockMovesASessionIntoAnotherYear() {
    List<Long> clocks = List.of(-YEAR_MS * 9, YEAR_MS * 9, 0L, -3_600_000L);
    for (long one : clocks) {
      for (long other : clocks) {
        Played played = Played.session(3).start(0);
        long now = Played.BEGIN_MS + 1_000;
        played.add(now + one, now + other, now + 40, EventType.PLAY, new EventData.Play(0d, false));
        played.add(
            now + 1 + other,
            MediaRecord.UNKNOWN_TIME,
            now + 41,
            EventType.PAUSE,
            new EventData.Pause(1d));

        SessionMetrics.Identity row = played.measured().metrics().identity();

        assertThat(List.of(row.startedAtMs(), row.lastEventAtMs()))
            .as("clock %d, sending %d", one, other)
            .allSatisfy(
                time ->
                    assertThat(time)
                        .isBetween(
                            now - 401 * 86_400_000L, now + Duration.ofMinutes(6).toMillis()));
      }
    }
  }

  @Test
  void aClockThatIsYearsOffThroughoutIsCorrected() {
    SessionMetrics.Identity row =
        Played.session(4)
            .clockBehindMs(6 * YEAR_MS)
            .start(0)
            .play(1, 0)
            .end(60, 50, "abandoned", 41)
            .measured()
            .metrics()
            .identity();

    assertThat(Instant.ofEpochMilli(row.startedAtMs()).atZone(ZoneOffset.UTC).getYear())
        .isEqualTo(2026);
    assertThat(row.endedAtMs()).isEqualTo(Played.BEGIN_MS + 60_040);
  }

  @Test
  void countersThatGoDownLowerNothingAndTwoDevicesAreOneSession() {
    Played played = Played.session(5).start(0).play(1, 0).heartbeat(11, 10, 4, 900);
    List<MediaRecord> both = new ArrayList<>(played.heartbeat(21, 5, 1, 200).records());
    MediaRecord last = both.get(3);
    both.set(
        3,
        new MediaRecord(
            last.orgId(),
            last.patientId(),
            last.receivedAtMs(),
            last.sentAtMs(),
            new MediaRecord.Client("tablet", "iPadOS", "Safari", "3.1.0"),
            last.event()));

    SessionMetrics row = MeasuredSession.of(Played.tallyOf(both)).metrics();

    assertThat(row.smoothness().bufferingCount()).isEqualTo(4);
    assertThat(row.smoothness().totalBufferingDurationMs()).isEqualTo(900);
    assertThat(row.playback().watchedDurationSeconds()).isEqualTo(10);
    assertThat(row.playback().finalPositionSeconds()).isEqualTo(5);
    assertThat(row.device().device()).isEqualTo("tablet");
    assertThat(row.trust().eventsSeen()).isEqualTo(4);
  }
}
