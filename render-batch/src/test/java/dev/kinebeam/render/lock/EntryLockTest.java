package dev.kinebeam.render.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryLockTest {
  @TempDir Path directory;

  @Test
  void anInterruptEndsTheWaitAndTheLockCanStillBeHad() throws IOException {
    Path file = directory.resolve("entry.lock");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> EntryLock.acquire(file)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    EntryLock.acquire(file).release();
  }

  /** As by the same class in another class loader, whose locks this one does not know. */
  @Test
  void aLockHeldElsewhereInThisJvmIsWaitedFor() throws Exception {
    Path file = directory.resolve("entry.lock");
    CompletableFuture<EntryLock> waiting = new CompletableFuture<>();
    try (FileChannel other =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = other.lock()) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  EntryLock lock = EntryLock.acquire(file);
                  lock.release();
                  waiting.complete(lock);
                } catch (IOException | RuntimeException e) {
                  waiting.completeExceptionally(e);
                }
              });
      thread.start();
      assertThat(held.isValid()).isTrue();
      assertThatThrownBy(() -> waiting.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);
    }
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isNotNull();
  }
}
