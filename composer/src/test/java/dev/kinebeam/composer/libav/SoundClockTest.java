package dev.kinebeam.composer.libav;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SoundClockTest {
  private static final int RATE = 48_000;
  private static final int BLOCK = 1024;

  @Test
  void theRoundingOfMillisecondsMovesNothing() {
    SoundClock clock = new SoundClock(RATE, 0.001, 0);
    for (int i = 0; i < 1000; i++) {
      OptionalLong rounded = OptionalLong.of(Math.round(i * BLOCK / 48.0));
      assertThat(clock.place(rounded, BLOCK)).isEqualTo((long) i * BLOCK);
    }
  }

  @Test
  void everyLongerHoleAndOverlapIsKept() {
    SoundClock clock = new SoundClock(RATE, 1.0 / RATE, 0);
    assertThat(clock.place(OptionalLong.of(0), BLOCK)).isZero();
    assertThat(clock.place(OptionalLong.of(BLOCK + 2), BLOCK)).isEqualTo(BLOCK + 2);
    assertThat(clock.place(OptionalLong.of(2 * BLOCK - 3), BLOCK)).isEqualTo(2 * BLOCK - 3);
    assertThat(clock.place(OptionalLong.empty(), BLOCK)).isEqualTo(3 * BLOCK - 3);
    assertThat(clock.next()).isEqualTo(4 * BLOCK - 3);
  }

  @Test
  void theFirstPlaceIsCountedFromTimeZeroAndMayLieBeforeIt() {
    SoundClock clock = new SoundClock(44_100, 1.0 / 90_000, 1_000_000);
    assertThat(clock.place(OptionalLong.of(88_200), BLOCK)).isEqualTo(-882);
  }
}
