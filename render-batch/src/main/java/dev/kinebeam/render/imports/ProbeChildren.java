package dev.kinebeam.render.imports;

import dev.kinebeam.render.libav.Libav;
import dev.kinebeam.render.libav.MediaException;
import dev.kinebeam.render.libav.VideoProbe;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Looks at untrusted video files in child JVMs, each of which serves many files until one kills it:
 * a hostile file costs a child and no more. As many children live as callers ask at once.
 * Thread-safe.
 */
final class ProbeChildren implements AutoCloseable {
  private final Duration within;
  private final Deque<Child> idle = new ArrayDeque<>();
  private final ScheduledExecutorService killer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "probe-limits");
            thread.setDaemon(true);
            return thread;
          });

  /** {@code within} is the limit for one file. */
  ProbeChildren(Duration within) {
    this.within = within;
  }

  /**
   * What the file is.
   *
   * @throws MediaException when it is no playable video
   */
  VideoProbe probe(Path file) throws IOException {
    String name = file.toAbsolutePath().toString();
    if (name.indexOf('\n') >= 0 || name.indexOf('\r') >= 0) {
      // A child is asked one name a line.
      throw new MediaException("its name or folder's name has a line break; rename it");
    }
    Optional<Child> waiting = idle();
    String answer = waiting.isPresent() ? ask(waiting.get(), file) : null;
    if (answer == null) {
      // One that waited may have died of something else: a fresh one has the last word.
      answer = ask(Child.start(), file);
    }
    if (answer == null) {
      throw new MediaException(
          "it kills its decoder, or takes it longer than " + within.toSeconds() + " s");
    }
    if (answer.startsWith(ProbeMain.OK)) {
      String[] words = answer.substring(ProbeMain.OK.length()).split(" ", -1);
      return new VideoProbe(
          Double.parseDouble(words[0]),
          Integer.parseInt(words[1]),
          Integer.parseInt(words[2]),
          words[3],
          Boolean.parseBoolean(words[4]));
    }
    throw new MediaException(answer.substring(ProbeMain.REJECTED.length()));
  }

  /** Null when the child ended over it, by itself or at the limit. */
  private String ask(Child child, Path file) {
    ScheduledFuture<?> limit =
        killer.schedule(child::kill, within.toMillis(), TimeUnit.MILLISECONDS);
    String answer;
    try {
      answer = child.ask(file);
    } finally {
      limit.cancel(false);
    }
    if (answer == null) {
      child.kill();
    } else {
      synchronized (idle) {
        idle.push(child);
      }
    }
    return answer;
  }

  private Optional<Child> idle() {
    synchronized (idle) {
      return Optional.ofNullable(idle.poll());
    }
  }

  @Override
  public void close() {
    killer.shutdownNow();
    synchronized (idle) {
      idle.forEach(Child::kill);
      idle.clear();
    }
  }

  private record Child(Process process, BufferedWriter questions, BufferedReader answers) {
    static Child start() throws IOException {
      Process process =
          new ProcessBuilder(Libav.childJvm(ProbeMain.class))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new Child(
          process,
          process.outputWriter(StandardCharsets.UTF_8),
          process.inputReader(StandardCharsets.UTF_8));
    }

    /** Null when the child ended over it. */
    String ask(Path file) {
      try {
        questions.write(file.toAbsolutePath() + "\n");
        questions.flush();
        return answers.readLine();
      } catch (IOException e) {
        return null; // its end of the pipe is gone: it died
      }
    }

    void kill() {
      process.destroyForcibly();
    }
  }
}
