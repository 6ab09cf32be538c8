package dev.kinebeam.program.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  @Test
  void aStepIsDueAgainAfterItsDelayAndStartsAnewAfterASuccess() {
    RetrySchedule schedule =
        new RetrySchedule(
            RetryPolicy.doubling(Duration.ofSeconds(1), Duration.ofSeconds(30)), new FakeClock());
    assertThat(schedule.isDue(NOW)).isTrue();

    assertThat(schedule.failed(NOW)).isEqualTo(Duration.ofSeconds(1));
    assertThat(schedule.isDue(NOW)).isFalse();
    assertThat(schedule.isDue(NOW.plusSeconds(1))).isTrue();
    assertThat(schedule.failed(NOW)).isEqualTo(Duration.ofSeconds(2));

    schedule.succeeded();
    assertThat(schedule.isDue(NOW)).isTrue();
    assertThat(schedule.failed(NOW)).isEqualTo(Duration.ofSeconds(1));
  }
}
