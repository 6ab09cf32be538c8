package dev.kinebeam.render.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.render.job.MakePrimitive.Made;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a primitive ends that is not made. */
@Timeout(30)
class PrimitiveQueueTest {
  private static final PrimitiveRef ONE = new PrimitiveRef("squat", "intro-video-1.mp4", "1", true);
  private static final PrimitiveRef TWO = new PrimitiveRef("squat", "intro-video-2.mp4", "1", true);
  private static final Made MADE = new Made(1, 1, true, null);

  private static PrimitiveQueue.Asked ask(PrimitiveQueue queue, PrimitiveRef primitive) {
    return queue.ask(List.of(primitive)).get(0);
  }

  @Test
  void aFailureIsThrownAsItIsAndTheNextRenderTriesAgain() throws IOException {
    List<Throwable> failures =
        List.of(
            new InterruptedIOException("cancelled"),
            new IOException("no disk"),
            new IllegalStateException("a fault"),
            new OutOfMemoryError("for the test"));
    for (Throwable failure : failures) {
      AtomicBoolean failed = new AtomicBoolean();
      PrimitiveQueue.Making making = primitive -> failed.getAndSet(true) ? MADE : failWith(failure);
      try (PrimitiveQueue queue = new PrimitiveQueue(making, 1)) {
        assertThatThrownBy(ask(queue, ONE)::await).isSameAs(failure);
        assertThat(ask(queue, ONE).await()).isEqualTo(MADE);
        assertThat(ask(queue, ONE).first()).isFalse();
      }
    }
  }

  private static Made failWith(Throwable failure) throws IOException {
    if (failure instanceof IOException broken) {
      throw broken;
    }
    if (failure instanceof RuntimeException fault) {
      throw fault;
    }
    throw (Error) failure;
  }

  @Test
  void closingCancelsWhatIsQueuedAndWaitsForWhatRuns() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    PrimitiveQueue queue =
        new PrimitiveQueue(
            primitive -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
                return MADE;
              } catch (InterruptedException e) {
                // As one that waits for its child process to end.
                for (long until = System.nanoTime() + 100_000_000; System.nanoTime() < until; ) {
                  Thread.onSpinWait();
                }
                throw new InterruptedIOException("cancelled");
              } finally {
                ended.set(true);
              }
            },
            1);
    PrimitiveQueue.Asked running = ask(queue, ONE);
    PrimitiveQueue.Asked queued = ask(queue, TWO);
    begun.await();
    Thread.currentThread().interrupt();
    queue.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ended).isTrue();
    for (PrimitiveQueue.Asked asked : List.of(running, queued, ask(queue, TWO), later(queue))) {
      assertThatThrownBy(asked::await).isInstanceOf(InterruptedIOException.class);
    }
  }

  private static PrimitiveQueue.Asked later(PrimitiveQueue queue) {
    return ask(queue, new PrimitiveRef("squat", "outro-video-1.mp4", "1", true));
  }
}
