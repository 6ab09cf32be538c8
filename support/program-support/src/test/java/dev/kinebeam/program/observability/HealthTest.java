package dev.kinebeam.program.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthTest {
  private static final Instant START = Instant.parse("2026-11-29T10:00:00Z");
  private static final Optional<String> REFUSED = Optional.of("refused");

  private final Health health = new Health(Duration.ofSeconds(4));

  @Test
  void isNotUpBeforeTheFirstProbe() {
    assertThat(health.isKnown()).isFalse();
    assertThat(health.isUp()).isFalse();
    assertThat(health.reason()).isEqualTo("not probed yet");
  }

  @Test
  void isDownAtOnceAndReportsAnOutageOnceAtTheSecondFailure() {
    assertThat(health.observe(REFUSED, START)).isEqualTo(Health.Change.NONE);
    assertThat(health.isUp()).isFalse();
    assertThat(health.observe(REFUSED, START.plusSeconds(5))).isEqualTo(Health.Change.OUTAGE_BEGAN);
    assertThat(health.observe(REFUSED, START.plusSeconds(10))).isEqualTo(Health.Change.NONE);
    assertThat(health.reason()).isEqualTo("refused");
  }

  @Test
  void reportsTheEndOfAReportedOutageWithItsWholeDuration() {
    health.observe(REFUSED, START);
    health.observe(REFUSED, START.plusSeconds(5));

    Instant end = START.plusSeconds(93);
    assertThat(health.observe(Optional.empty(), end)).isEqualTo(Health.Change.OUTAGE_ENDED);
    assertThat(health.outage(end)).isEqualTo(Duration.ofSeconds(93));
    assertThat(health.isUp()).isTrue();
    assertThat(health.observe(Optional.empty(), end)).isEqualTo(Health.Change.NONE);
  }

  /** While a program starts, rounds of probes follow each other at once. */
  @Test
  void failuresWithoutAPauseBetweenThemAreOne() {
    assertThat(health.observe(REFUSED, START)).isEqualTo(Health.Change.NONE);
    assertThat(health.observe(REFUSED, START.plusMillis(400))).isEqualTo(Health.Change.NONE);
    assertThat(health.observe(REFUSED, START.plusMillis(2_400))).isEqualTo(Health.Change.NONE);
    assertThat(health.isUp()).isFalse();
    assertThat(health.observe(Optional.empty(), START.plusMillis(3_000)))
        .isEqualTo(Health.Change.NONE);
    assertThat(health.observe(REFUSED, START.plusSeconds(8))).isEqualTo(Health.Change.NONE);
    assertThat(health.observe(REFUSED, START.plusSeconds(13)))
        .isEqualTo(Health.Change.OUTAGE_BEGAN);
  }

  @Test
  void aSingleFailureIsNotReported() {
    health.observe(REFUSED, START);
    assertThat(health.observe(Optional.empty(), START.plusSeconds(5)))
        .isEqualTo(Health.Change.NONE);
  }
}
