package dev.kinebeam.program.retry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that passes by sleeping only, at once. */
final class FakeClock implements RetryClock {
  final List<Duration> sleeps = new ArrayList<>();
  double random;
  private Duration now = Duration.ofHours(1);

  void pass(Duration time) {
    now = now.plus(time);
  }

  @Override
  public long nanoTime() {
    return now.toNanos();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    sleeps.add(duration);
    pass(duration);
  }

  @Override
  public double random() {
    return random;
  }
}
