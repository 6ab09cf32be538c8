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
 * What a session in state takes on the heap, where Flink's hashmap backend keeps it: under 2 KB.
 * Its bytes, which checkpoints and RocksDB keep, are below that too ({@link LimitsTest}).
 */
class SessionSizeTest {
  private static final int SESSIONS = 200;
  private static final int MOST = 2048;

  @Test
  void aSessionOfEightyEventsTakesLessThanTwoKilobytesOfHeap() throws IOException {
    List<SessionState> kept = new ArrayList<>();
    List<SessionState> broughtBack = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      kept.add(asKept(tenMinutes(i)));
      broughtBack.add(restored(kept.get(i)));
    }

    assertThat(kept.get(SESSIONS / 2).tally().eventsSeen()).isEqualTo(80);
    assertThat(heapOfEach(kept)).as("as events merged it").isBetween(1_000L, MOST - 1L);
    assertThat(heapOfEach(broughtBack))
        .as("as a checkpoint brought it back")
        .isBetween(1_000L, MOST - 1L);
  }

  /** So that the measure itself cannot be fooled: eighty events are kept as eight bytes each. */
  @Test
  void everyEventIsInTheMeasure() throws IOException {
    SessionTally tally = asKept(tenMinutes(1)).tally();

    assertThat(new HeapSize().of(tally.events())).isEqualTo(16 + 16 + 80 * 8);
    assertThat(new HeapSize().of(tally)).isGreaterThan(new HeapSize().of(tally.stalls()) + 672);
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

  /** 80 events: three stalls, a seek, a pause, and heartbeats. */
  private static Played tenMinutes(int number) {
    Played played = Played.session(new UUID(0x4000, number).getLeastSignificantBits());
    played.start(0).play(1, 0);
    for (int i = 0; i < 3; i++) {
      played.stall(20 + i, 19 + i).resume(20.5 + i, 19 + i, 500);
    }
    played.seek(24, 22, 10).pause(25, 11).play(30, 11).milestone(32, 25).milestone(200, 50);
    for (int i = 0; i < 66; i++) {
      played.heartbeat(40 + 10 * i, 25 + 10 * i, 3, 1500);
    }
    return played.end(720, 700, "completed", 99);
  }
}
