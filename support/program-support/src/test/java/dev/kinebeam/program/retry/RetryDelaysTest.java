package dev.kinebeam.program.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryDelaysTest {
  private static final RetryPolicy POLICY =
      RetryPolicy.doubling(Duration.ofMillis(100), Duration.ofMillis(250));

  private final FakeClock clock = new FakeClock();

  @Test
  void theOtherSideMayAskForALongerDelayButNotForAnEndlessOne() {
    RetryDelays delays = new RetryDelays(POLICY, clock);
    assertThat(delays.next(Optional.of(Duration.ofMillis(130)))).contains(Duration.ofMillis(130));
    assertThat(delays.next(Optional.of(Duration.ofDays(1)))).contains(Duration.ofMillis(250));
    assertThat(delays.next(Optional.of(Duration.ZERO))).contains(Duration.ofMillis(250));
  }

  @Test
  void anAttemptIsMadeAtTheEndOfTheLimit() throws Exception {
    RetryDelays delays = new RetryDelays(POLICY.within(Duration.ofMillis(400)), clock);
    assertThat(delays.pause("testing")).isTrue();
    assertThat(delays.pause("testing")).isTrue();
    assertThat(delays.pause("testing")).isTrue();
    assertThat(delays.pause("testing")).isFalse();
    assertThat(clock.sleeps)
        .containsExactly(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(100));
    assertThat(delays.elapsed()).isEqualTo(Duration.ofMillis(400));
  }

  @Test
  void theNumberOfAttemptsIncludesTheFirst() {
    RetryDelays delays = new RetryDelays(POLICY.attempts(2), clock);
    assertThat(delays.next()).isPresent();
    assertThat(delays.next()).isEmpty();
    assertThat(delays.failures()).isEqualTo(2);
  }

  @Test
  void anInterruptEndsAPauseAndStaysVisible() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> new RetryDelays(POLICY, clock).pause("another process works"))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessage("interrupted while another process works");
    assertThat(Thread.interrupted()).isTrue();
  }
}
