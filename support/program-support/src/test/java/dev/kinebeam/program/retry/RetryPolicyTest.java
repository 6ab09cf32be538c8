package dev.kinebeam.program.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void delaysGrowByTheFactorUpToTheLongest() {
    RetryPolicy policy = RetryPolicy.doubling(SECOND, Duration.ofSeconds(5));
    assertThat(IntStream.rangeClosed(1, 5).mapToObj(failures -> policy.delay(failures, 0)))
        .containsExactly(
            SECOND,
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5));
    assertThat(policy.delay(100_000, 0)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void jitterShortensADelayByUpToItsPart() {
    RetryPolicy policy = RetryPolicy.doubling(SECOND, Duration.ofSeconds(5));
    assertThat(policy.delay(2, 1)).isEqualTo(SECOND);
    assertThat(policy.delay(2, 0.5)).isEqualTo(Duration.ofMillis(1500));
    assertThat(policy.jitter(0).delay(2, 1)).isEqualTo(Duration.ofSeconds(2));
    assertThat(RetryPolicy.every(SECOND).delay(9, 1)).isEqualTo(SECOND);
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThatThrownBy(() -> RetryPolicy.doubling(SECOND, Duration.ZERO))
        .hasMessageContaining("longest PT0S");
    assertThatThrownBy(() -> RetryPolicy.every(SECOND).jitter(1.5)).hasMessageContaining("1.5");
  }
}
