package dev.kinebeam.composer.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
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

  /** What the kernel would take for a deadlock, since it looks at processes and not at threads. */
  @Test
  void twoProcessesThatEachWaitForWhatTheOthersOtherThreadHoldsBothGetIt() throws Exception {
    Path ours = directory.resolve("ours.lock");
    Path theirs = directory.resolve("theirs.lock");
    EntryLock held = EntryLock.acquire(ours);
    Process other = other(theirs, ours);
    try (BufferedReader said = other.inputReader(StandardCharsets.UTF_8);
        BufferedWriter input = other.outputWriter(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("holding");
      CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> takeAndRelease(theirs));
      assertThat(said.readLine()).isEqualTo("waiting");
      assertThatThrownBy(() -> waiting.get(500, TimeUnit.MILLISECONDS))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);
      held.release();
      assertThat(said.readLine()).isEqualTo("had both");
      assertThat(waiting).isNotDone();
      input.write("release\n");
      input.flush();
      waiting.get(10, TimeUnit.SECONDS);
      assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(other.exitValue()).isZero();
    } finally {
      other.destroyForcibly();
    }
  }

  /** The other process: one thread holds a lock while another waits for a second one. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) throws Exception {
      EntryLock held = EntryLock.acquire(Path.of(args[0]));
      System.out.println("holding");
      Thread waiting = new Thread(() -> takeAndRelease(Path.of(args[1])));
      waiting.setUncaughtExceptionHandler((thread, e) -> System.out.println("failed: " + e));
      waiting.start();
      System.out.println("waiting");
      waiting.join();
      System.out.println("had both");
      System.in.read();
      held.release();
    }
  }

  private static void takeAndRelease(Path file) {
    try {
      EntryLock.acquire(file).release();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process other(Path holds, Path waitsFor) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
            holds.toString(),
            waitsFor.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
