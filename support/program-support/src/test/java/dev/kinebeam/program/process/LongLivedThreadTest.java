package dev.kinebeam.program.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LongLivedThreadTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static void awaitFailure(String name) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!LongLivedThread.failures().contains(name)) {
      assertThat(System.nanoTime()).as("%s has not failed", name).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsThrownIsAFailureUntilTheOwnerClosesIt() {
    for (Throwable thrown :
        new Throwable[] {new OutOfMemoryError("test"), new IllegalStateException("test")}) {
      LongLivedThread thread =
          LongLivedThread.start(
              "failing",
              () -> {
                if (thrown instanceof Error error) {
                  throw error;
                }
                throw (RuntimeException) thrown;
              });
      awaitFailure("failing");
      thread.join(LIMIT);
      assertThat(LongLivedThread.failures()).doesNotContain("failing");
    }
  }

  @Test
  void workThatReturnsOrIsInterruptedIsNoFailure() {
    CountDownLatch stop = new CountDownLatch(1);
    LongLivedThread returning = LongLivedThread.start("returning", stop::await);
    LongLivedThread interrupted =
        LongLivedThread.start(
            "interrupted",
            () -> {
              throw new InterruptedException();
            });
    stop.countDown();
    returning.join(LIMIT);
    interrupted.join(LIMIT);
    assertThat(LongLivedThread.failures()).doesNotContain("returning", "interrupted");
  }

  @Test
  void aTaskOfAScheduleThatThrowsIsAFailureUntilItWorksAgain() {
    AtomicBoolean failing = new AtomicBoolean(true);
    Runnable task =
        LongLivedThread.watched(
            "schedule-of-the-test",
            () -> {
              if (failing.getAndSet(false)) {
                throw new NoClassDefFoundError("test");
              }
            });
    assertThatThrownBy(task::run).isInstanceOf(NoClassDefFoundError.class);
    assertThat(LongLivedThread.failures()).contains("schedule-of-the-test");
    task.run();
    assertThat(LongLivedThread.failures()).doesNotContain("schedule-of-the-test");
  }
}
