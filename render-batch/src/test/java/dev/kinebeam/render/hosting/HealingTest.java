package dev.kinebeam.render.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.program.retry.TemporaryFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HealingTest {
  private final List<Duration> waits = new ArrayList<>();
  private final Healing healing =
      new Healing(
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          this::pause,
          this::now);
  private final AtomicInteger attempts = new AtomicInteger();

  private Duration clock = Duration.ofHours(1);

  private void pause(Duration wait) {
    waits.add(wait);
    clock = clock.plus(wait);
  }

  private long now() {
    return clock.toNanos();
  }

  @Test
  void attemptsThatTakeLongUseUpPatienceToo() {
    assertThatThrownBy(
            () ->
                healing.run(
                    () -> {
                      attempts.incrementAndGet();
                      clock = clock.plusSeconds(20);
                      throw new TemporaryFailure("away", null);
                    }))
        .isInstanceOf(TemporaryFailure.class);
    // Patience begins with the first failure; the second comes 21 s later.
    assertThat(attempts).hasValue(2);
  }

  @Test
  void whatHealsIsTriedUntilItHas() throws IOException {
    String answer =
        healing.run(
            () -> {
              if (attempts.incrementAndGet() < 4) {
                throw new TemporaryFailure("away", null);
              }
              return "there";
            });
    assertThat(answer).isEqualTo("there");
    assertThat(waits)
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
  }

  @Test
  void patienceEnds() {
    assertThatThrownBy(
            () ->
                healing.run(
                    () -> {
                      attempts.incrementAndGet();
                      throw new TemporaryFailure("away", null);
                    }))
        .isInstanceOf(TemporaryFailure.class);
    // 1 + 2 + 3 + 3 + 3 seconds: the first wait beyond ten is the last.
    assertThat(attempts).hasValue(6);
  }

  @Test
  void aBadFileIsNotTriedAgain() {
    assertThatThrownBy(
            () ->
                healing.run(
                    () -> {
                      attempts.incrementAndGet();
                      throw new IOException("no space left on device");
                    }))
        .hasMessage("no space left on device");
    assertThat(attempts).hasValue(1);
    assertThat(waits).isEmpty();
  }

  @Test
  void aWorkerIsDeadWhenItsProcessIsAndItRanHere() throws Exception {
    String here = Worker.here().name();
    assertThat(Worker.isDead(here)).isFalse();
    assertThat(Worker.isDead("elsewhere:1:1:x")).isFalse();
    assertThat(Worker.isDead("no worker")).isFalse();

    Process child = new ProcessBuilder("true").start();
    child.waitFor();
    String[] parts = here.split(":", -1);
    assertThat(Worker.isDead(parts[0] + ":" + child.pid() + ":" + parts[2] + ":x")).isTrue();
    // The same number again, but another process than the one that claimed.
    assertThat(Worker.isDead(parts[0] + ":" + parts[1] + ":1:x")).isTrue();
  }
}
