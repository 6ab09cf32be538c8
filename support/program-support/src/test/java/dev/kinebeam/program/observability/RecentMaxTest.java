package dev.kinebeam.program.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RecentMaxTest {
  private Instant now = Instant.parse("2026-11-29T10:00:30Z");
  private final RecentMax max =
      new RecentMax(
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          });

  @Test
  void keepsTheGreatestOfThisMinuteAndTheOneBefore() {
    assertThat(max.get()).isZero();
    max.record(7);
    max.record(3);
    assertThat(max.get()).isEqualTo(7);
    now = now.plusSeconds(60);
    max.record(2);
    assertThat(max.get()).isEqualTo(7);
    now = now.plusSeconds(60);
    assertThat(max.get()).isEqualTo(2);
    now = now.plusSeconds(600);
    assertThat(max.get()).isZero();
  }
}
