package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.event.MediaRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What a session in state takes on the heap, where Flink's hashmap backend keeps it: under 2.5 KB
 * for seven minutes of usual playback, and 24 bytes for each further event. Its bytes, which
 * checkpoints and RocksDB keep, are below that too ({@link LimitsScenarioTest}).
 */
class SessionStateTest {
  private static final int SESSIONS = 200;
  private static final int MOST = 2560;
  private static final int EACH_EVENT = 24;

  @Test
  void sevenMinutesOfUsualPlaybackTakeLessThanTwoAndAHalfKilobytesOfHeap() throws IOException {
    List<SessionState> kept = new ArrayList<>();
    List<SessionState> broughtBack = new ArrayList<>();
    List<SessionState> longer = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      kept.add(asKept(minutes(7, i)));
      broughtBack.add(restored(kept.get(i)));
      longer.add(asKept(minutes(17, i)));
    }

    assertThat(kept.get(SESSIONS / 2).tally().eventsSeen()).isEqualTo(54);
    assertThat(heapOfEach(kept)).as("as events merged it").isBetween(1_000L, (long) MOST);
    assertThat(heapOfEach(broughtBack))
        .as("as a checkpoint brought it back")
        .isBetween(1_000L, (long) MOST);
    assertThat(heapOfEach(longer) - heapOfEach(kept))
        .as("sixty heartbeats more")
        .isLessThanOrEqualTo(60 * EACH_EVENT + 16);
  }

  /**
   * So that the measure itself cannot be fooled: an event's identity takes eight bytes, its reading
   * 16.
   */
  @Test
  void everyEventIsInTheMeasure() throws IOException {
    SessionTally tally = asKept(minutes(7, 1)).tally();

    assertThat(new HeapSize().of(tally.events())).isEqualTo(16 + 16 + 54 * 8);
    assertThat(new HeapSize().of(tally.log())).as("a seek has two").isEqualTo(16 + 16 + 55 * 16);
    assertThat(new HeapSize().of(tally))
        .isGreaterThan(new HeapSize().of(tally.events()) + new HeapSize().of(tally.log()) + 500);
  }

  /** Words that sessions share are counted once, as they lie there. */
  private static long heapOfEach(List<SessionState> sessions) {
    HeapSize heap = new HeapSize();
    return sessions.stream().mapToLong(heap::of).sum() / sessions.size();
  }

  /** Each event crosses the shuffle on its own, and is merged as it comes. */
  private static SessionState asKept(Played played) throws IOException {
    SessionTally tally = null;
    for (MediaRecord record : played.records()) {
      SessionTally news = restored(SessionTally.of(record));
      tally = tally == null ? news : SessionTally.merge(tally, news);
    }
    return new SessionState(tally, 1L, true, true);
  }

  private static SessionState restored(SessionState state) throws IOException {
    return new SessionState(restored(state.tally()), 1L, true, true);
  }

  private static SessionTally restored(SessionTally tally) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SessionTallyCoder.of().encode(tally, bytes);
    return SessionTallyCoder.of().decode(new ByteArrayInputStream(bytes.toByteArray()));
  }

  /** A stall, a seek, a pause, milestones, and a heartbeat every ten seconds. */
  private static Played minutes(int minutes, int number) {
    Played played = Played.session(new UUID(0x4000, number).getLeastSignificantBits());
    played.start(0).play(1, 0).stall(20, 19).resume(20.5, 19, 500);
    played.seek(24, 22, 10).pause(25, 11).play(30, 11);
    for (int percent : new int[] {25, 50, 75, 95}) {
      played.milestone(30 + 4 * percent, percent);
    }
    for (int i = 0; i < 6 * minutes; i++) {
      played.heartbeat(40 + 10 * i, 25 + 10 * i, 1, 500);
    }
    return played.end(60 * minutes + 40, 60 * minutes + 25, "completed", 99);
  }
}
