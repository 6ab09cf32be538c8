package dev.kinebeam.render.media;

import dev.kinebeam.render.libav.Libav;
import dev.kinebeam.render.libav.MediaException;
import dev.kinebeam.render.libav.MediaReport;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Decodes delivered files in child JVMs, each of which serves many files until one kills it: a
 * hostile or broken file costs a child and no more. As many children live as callers ask at once.
 * They end when this is closed, or this process ends. Thread-safe.
 */
public final class MediaChildren implements AutoCloseable {
  /** Enough for a take of some minutes in any camera's 4K. */
  private static final Duration WITHIN = Duration.ofMinutes(10);

  private static final long MOST_RESIDENT_BYTES = 2L << 30;
  private static final long LOOK_MILLIS = 200;

  private final Duration within;
  private final long mostResidentBytes;
  private final Deque<Child> idle = new ArrayDeque<>();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "media-limits");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Children with limits of their own.
   *
   * @param within for one file, on the wall
   * @param mostResidentBytes Java's and the codecs' together; looked at a few times a second, where
   *     the system has {@code /proc}
   */
  public MediaChildren(Duration within, long mostResidentBytes) {
    this.within = within;
    this.mostResidentBytes = mostResidentBytes;
  }

  /** Children with ten minutes and 2 GB for each file. */
  public static MediaChildren withDefaults() {
    return new MediaChildren(WITHIN, MOST_RESIDENT_BYTES);
  }

  /**
   * Decodes the whole file.
   *
   * @throws MediaException saying what is wrong with it
   */
  public MediaReport look(Path file) throws IOException {
    return Wire.report(ask(List.of(MediaMain.LOOK, file.toAbsolutePath().toString())));
  }

  /**
   * Takes the file's sound into an MP3; {@code target} is broken when this throws.
   *
   * @throws MediaException saying what is wrong with it
   */
  public void makeMp3(Path file, Path target) throws IOException {
    ask(
        List.of(
            MediaMain.MP3, file.toAbsolutePath().toString(), target.toAbsolutePath().toString()));
  }

  private List<String> ask(List<String> question) throws IOException {
    Child child = take();
    Limit limit = new Limit(child, System.nanoTime() + within.toNanos());
    ScheduledFuture<?> watching =
        watch.scheduleWithFixedDelay(limit, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    String line;
    try {
      line = child.ask(Wire.line(question));
    } finally {
      watching.cancel(false);
    }
    if (line == null) {
      child.kill();
      String reason = limit.passed;
      throw new MediaException(reason == null ? "kills its decoder" : reason);
    }
    give(child);
    List<String> answer = Wire.words(line);
    return switch (answer.get(0)) {
      case MediaMain.OK -> answer.subList(1, answer.size());
      case MediaMain.REJECTED -> throw new MediaException(answer.get(1));
      default -> throw new IOException(answer.get(1));
    };
  }

  private Child take() throws IOException {
    synchronized (idle) {
      Child child = idle.poll();
      if (child != null) {
        return child;
      }
    }
    return Child.start();
  }

  private void give(Child child) {
    synchronized (idle) {
      idle.push(child);
    }
  }

  @Override
  public void close() {
    watch.shutdownNow();
    synchronized (idle) {
      idle.forEach(Child::kill);
      idle.clear();
    }
  }

  /** Kills a child that takes too much, and remembers why. */
  private final class Limit implements Runnable {
    private final Child child;
    private final long deadline;
    private volatile String passed;

    Limit(Child child, long deadline) {
      this.child = child;
      this.deadline = deadline;
    }

    @Override
    public void run() {
      if (System.nanoTime() - deadline > 0) {
        passed = "was not decoded within " + within.toSeconds() + " s";
      } else if (child.residentBytes() > mostResidentBytes) {
        passed = "took more than " + (mostResidentBytes >> 20) + " MB of memory to decode";
      } else {
        return;
      }
      child.kill();
    }
  }

  private record Child(Process process, BufferedWriter questions, BufferedReader answers) {
    static Child start() throws IOException {
      Process process =
          new ProcessBuilder(Libav.childJvm(MediaMain.class))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
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
        return null; // its end of the pipe is gone: it died
      }
    }

    /** 0 where the system does not tell, and when it has just ended. */
    long residentBytes() {
      try {
        for (String line : Files.readAllLines(statusFile())) {
          if (line.startsWith("VmRSS:")) {
            return Long.parseLong(line.replaceAll("\\D", "")) << 10;
          }
        }
      } catch (IOException e) {
        return 0;
      }
      return 0;
    }

    private Path statusFile() {
      return Path.of("/proc", Long.toString(process.pid()), "status");
    }

    void kill() {
      process.destroyForcibly();
    }
  }
}
