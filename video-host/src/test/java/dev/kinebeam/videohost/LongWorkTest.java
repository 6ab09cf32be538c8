package dev.kinebeam.videohost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LongWorkTest {
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger done = new AtomicInteger();
  private final LongWork<String> work = new LongWork<>("thing", Duration.ofSeconds(20), nanos::get);

  @AfterEach
  void close() {
    work.close();
  }

  @Test
  void whatIsDoneInAMomentIsWaitedFor() throws IOException {
    work.run("a", done::incrementAndGet);
    work.requireIdle("a");
    assertThat(done).hasValue(1);
  }

  @Test
  void whatTakesLongIsDoneOnceAndIsNotWaitedFor() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (LongWork<String> brief = new LongWork<>("thing", Duration.ofMillis(1), nanos::get)) {
      for (int i = 0; i < 100; i++) {
        assertBusy(() -> brief.run("a", () -> waited(end)));
        assertBusy(() -> brief.requireIdle("a"));
      }
      // Behind it: begun later, and not waited for.
      assertBusy(() -> brief.run("b", done::incrementAndGet));
      end.countDown();
      while (done.get() < 2) {
        Thread.onSpinWait();
      }
    }
    assertThat(done).hasValue(2);
  }

  private static void assertBusy(LongWorkCall call) {
    assertThatThrownBy(call::run).isInstanceOf(LongWork.BusyException.class);
  }

  private interface LongWorkCall {
    void run() throws IOException;
  }

  private void waited(CountDownLatch end) {
    try {
      end.await();
      done.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatIsLostIsNotTriedAgainForAWhile() throws Exception {
    LongWork.Work lost =
        () -> {
          done.incrementAndGet();
          throw new LostMezzanines.LostException("lost for good", null);
        };
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> work.run("a", lost)).hasMessage("lost for good");
      assertThatThrownBy(() -> work.requireIdle("a")).hasMessage("lost for good");
    }
    assertThat(done).hasValue(1);
    nanos.addAndGet(LongWork.LOST_FOR.toNanos() + 1);
    work.run("a", done::incrementAndGet);
    assertThat(done).hasValue(2);
  }

  @Test
  void whateverFailsOtherwiseIsTriedAgain() throws Exception {
    assertThatThrownBy(
            () ->
                work.run(
                    "a",
                    () -> {
                      throw new IOException("not now");
                    }))
        .hasMessage("not now");
    assertThatThrownBy(
            () ->
                work.run(
                    "a",
                    () -> {
                      throw new StackOverflowError("too deep");
                    }))
        .hasRootCauseMessage("too deep");
    work.run("a", done::incrementAndGet);
    assertThat(done).hasValue(1);
  }
}
