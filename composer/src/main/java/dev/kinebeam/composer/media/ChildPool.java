package dev.kinebeam.composer.media;

import dev.kinebeam.composer.libav.ChildJvm;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.libav.ProcessMemory;
import dev.kinebeam.composer.libav.WireLine;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests about untrusted files to child JVMs, each of which serves many requests until one
 * kills it: a hostile or broken file costs one child process and nothing else. As many children
 * live as callers ask at once. They end when this is closed, or this process ends. Thread-safe.
 */
public final class ChildPool implements AutoCloseable {
  private static final long POLL_INTERVAL_MILLIS = 200;
  private static final Set<String> ANSWERS =
      Set.of(ChildService.OK, ChildService.REJECTED, ChildService.FAILED);

  private final Class<?> main;
  private final Duration within;
  private final long mostResidentBytes;
  private final Deque<Child> idle = new ArrayDeque<>();
  private boolean closed;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "child-limits");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Children with limits.
   *
   * @param main the child's, which serves with {@link ChildService}
   * @param within for one question, on the wall
   * @param mostResidentBytes Java's and the codecs' together; looked at a few times a second, where
   *     the system has {@code /proc}
   */
  public ChildPool(Class<?> main, Duration within, long mostResidentBytes) {
    this.main = main;
    this.within = within;
    this.mostResidentBytes = mostResidentBytes;
  }

  /**
   * The words of the answer. A child that has served before may die, or take too much, of what it
   * had then: the question is put once more to a fresh one, which has the last word.
   *
   * @throws MediaException when the child says what is wrong with the file, or dies of it
   * @throws IOException when this machine is at fault
   */
  public List<String> ask(List<String> question) throws IOException {
    String line = WireLine.line(question);
    Optional<Child> reused = takeIdle();
    Attempt attempt = reused.isPresent() ? ask(reused.get(), line) : null;
    if (attempt == null || attempt.answer == null) {
      attempt = ask(Child.start(main), line);
    }
    if (attempt.answer == null) {
      throw new MediaException(attempt.reason);
    }
    List<String> answer = WireLine.words(attempt.answer);
    return switch (answer.get(0)) {
      case ChildService.OK -> answer.subList(1, answer.size());
      case ChildService.REJECTED -> throw new MediaException(answer.get(1));
      default -> throw new IOException(answer.get(1));
    };
  }

  /**
   * What came of a question.
   *
   * @param answer null when the child ended over it
   * @param reason of that
   */
  private record Attempt(String answer, String reason) {}

  private Attempt ask(Child child, String question) {
    Limit limit = new Limit(child, System.nanoTime() + within.toNanos());
    ScheduledFuture<?> watching =
        watch.scheduleWithFixedDelay(
            limit, POLL_INTERVAL_MILLIS, POLL_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    String line = null;
    String killedFor;
    try {
      line = child.ask(question);
    } finally {
      watching.cancel(false);
      killedFor = limit.end();
    }
    boolean answered = line != null && ANSWERS.contains(line.split(" ", 2)[0]);
    if (answered && killedFor == null) {
      give(child);
    } else {
      child.kill();
    }
    return answered
        ? new Attempt(line, null)
        : new Attempt(null, killedFor == null ? "kills its decoder" : killedFor);
  }

  private Optional<Child> takeIdle() {
    synchronized (idle) {
      return Optional.ofNullable(idle.poll());
    }
  }

  private void give(Child child) {
    synchronized (idle) {
      if (!closed) {
        idle.push(child);
        return;
      }
    }
    child.kill();
  }

  @Override
  public void close() {
    synchronized (idle) {
      closed = true;
      idle.forEach(Child::kill);
      idle.clear();
    }
    watch.shutdown();
  }

  /** Kills a child that takes too much, and remembers why; never one that has answered. */
  private final class Limit implements Runnable {
    private final Child child;
    private final long deadline;
    private boolean ended;
    private String passed;

    Limit(Child child, long deadline) {
      this.child = child;
      this.deadline = deadline;
    }

    @Override
    public synchronized void run() {
      if (ended || passed != null) {
        return;
      }
      if (System.nanoTime() - deadline > 0) {
        passed = "was not decoded within " + within.toSeconds() + " s";
      } else {
        passed = tooMuchMemory();
      }
      if (passed != null) {
        child.kill();
      }
    }

    private String tooMuchMemory() {
      try {
        return ProcessMemory.residentBytes(child.process().pid()) > mostResidentBytes
            ? "took more than " + (mostResidentBytes >> 20) + " MB of memory to decode"
            : null;
      } catch (IOException e) {
        return "was not decoded, since the memory that it takes cannot be read: " + e;
      }
    }

    /** From now on the child is not killed any more; why it was, or null. */
    synchronized String end() {
      ended = true;
      return passed;
    }
  }

  private record Child(Process process, BufferedWriter questions, BufferedReader answers) {
    static Child start(Class<?> main) throws IOException {
      Process process =
          ChildJvm.builder(main).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return new Child(
          process,
          process.outputWriter(StandardCharsets.UTF_8),
          process.inputReader(StandardCharsets.UTF_8));
    }

    /** Null when the child ended over it. */
    String ask(String question) {
      try {
        questions.write(question + "\n");
        questions.flush();
        return answers.readLine();
      } catch (IOException e) {
        return null; // its end of the pipe is closed: it died
      }
    }

    void kill() {
      process.destroyForcibly();
    }
  }
}
