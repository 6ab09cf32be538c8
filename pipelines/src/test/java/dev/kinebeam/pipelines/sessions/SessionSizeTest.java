package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.event.MediaRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What a session in state takes on the heap, where Flink's hashmap backend keeps it: some 3.6 KB.
 * Its bytes, which checkpoints and RocksDB keep, are below 2 KB ({@link LimitsTest}).
 */
class SessionSizeTest {
  private static final int SESSIONS = 10_000;

  @Test
  void aSessionOfEightyEventsTakesLessThanFourKilobytesOfHeap() throws IOException {
    SessionState[] kept = new SessionState[SESSIONS];
    long before = usedAfterCollection();
    for (int i = 0; i < SESSIONS; i++) {
      kept[i] = asKept(tenMinutes(i));
    }
    long bytes = (usedAfterCollection() - before) / SESSIONS;

    for (int i = 0; i < SESSIONS; i++) {
      kept[i] = restored(kept[i]);
    }
    long restored = (usedAfterCollection() - before) / SESSIONS;

    assertThat(kept[SESSIONS / 2].tally().eventsSeen()).isEqualTo(80);
    assertThat(bytes).as("as events merged it").isBetween(1_000L, 4_096L);
    assertThat(restored).as("as a checkpoint brought it back").isBetween(1_000L, 4_096L);
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

  private static long usedAfterCollection() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      used = Math.min(used, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return used;
  }
}
