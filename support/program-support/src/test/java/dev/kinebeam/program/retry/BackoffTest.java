package dev.kinebeam.program.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final RetryPolicy POLICY =
      RetryPolicy.doubling(Duration.ofMillis(100), Duration.ofMillis(250));

  private final FakeClock clock = new FakeClock();

  @Test
  void theOtherSideMayAskForALongerDelayButNotForAnEndlessOne() {
    Backoff backoff = new Backoff(POLICY, clock);
    assertThat(backoff.next(Optional.of(Duration.ofMillis(130)))).contains(Duration.ofMillis(130));
    assertThat(backoff.next(Optional.of(Duration.ofDays(1)))).contains(Duration.ofMillis(250));
    assertThat(backoff.next(Optional.of(Duration.ZERO))).contains(Duration.ofMillis(250));
  }

  @Test
  void anAttemptIsMadeAtTheEndOfTheLimit() throws Exception {
    Backoff backoff = new Backoff(POLICY.within(Duration.ofMillis(400)), clock);
    assertThat(backoff.pause("testing")).isTrue();
    assertThat(backoff.pause("testing")).isTrue();
    assertThat(backoff.pause("testing")).isTrue();
    assertThat(backoff.pause("testing")).isFalse();
    assertThat(clock.sleeps)
        .containsExactly(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(100));
    assertThat(backoff.elapsed()).isEqualTo(Duration.ofMillis(400));
  }

  @Test
  void theNumberOfAttemptsIncludesTheFirst() {
    Backoff backoff = new Backoff(POLICY.attempts(2), clock);
    assertThat(backoff.next()).isPresent();
    assertThat(backoff.next()).isEmpty();
    assertThat(backoff.failures()).isEqualTo(2);
  }

  @Test
  void anInterruptEndsAPauseAndStaysVisible() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> new Backoff(POLICY, clock).pause("another process works"))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessage("interrupted while another process works");
    assertThat(Thread.interrupted()).isTrue();
  }
}
