package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MinuteLimitTest {
  private final AtomicLong now = new AtomicLong();
  private final MinuteLimit limit = new MinuteLimit("this address", now::get);

  @Test
  void countsEachOfManyAndSaysWhenToComeBack() throws Problem {
    limit.count("a", 2);
    now.addAndGet(Duration.ofSeconds(20).toNanos());
    limit.count("a", 2);
    Problem refused = catchThrowableOfType(Problem.class, () -> limit.count("a", 2));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.headers()).containsEntry("Retry-After", "40");
    limit.count("b", 2);
  }

  @Test
  void aMinuteLaterAllIsForgotten() throws Problem {
    limit.count("a", 1);
    now.addAndGet(Duration.ofSeconds(61).toNanos());
    limit.count("a", 1);
  }
}
