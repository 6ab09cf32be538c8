package dev.kinebeam.render.mezzanine;

import dev.kinebeam.render.libav.Libav;
import dev.kinebeam.render.libav.VideoFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Decodes untrusted files, each in a child JVM of its own with a limit of time and of memory, so
 * that a hostile or broken file kills a child and not a worker. No more children run at once than
 * {@code parallel}; callers beyond that wait. An interrupt kills the child. Thread-safe.
 */
public final class Normalizer {
  /**
   * What a child may use.
   *
   * @param time on the wall, from its start
   * @param residentBytes of memory, Java's and the codecs' together; it is looked at a few times a
   *     second and so may be passed for a moment
   */
  public record Limits(Duration time, long residentBytes) {
    /** Enough for some minutes of any camera's 4K. */
    public static final Limits DEFAULT = new Limits(Duration.ofMinutes(20), 2L << 30);
  }

  private static final long LOOK_MILLIS = 100;
  private static final int LOG_BYTES = 2_000;

  private final Limits limits;
  private final Semaphore children;
  private final List<String> child;

  public Normalizer(Limits limits, int parallel) {
    this.limits = limits;
    this.children = new Semaphore(parallel, true);
    this.child = Libav.childJvm(NormalizeMain.class);
  }

  /** A normaliser with the default limits and one child for each processor. */
  public static Normalizer withDefaults() {
    return new Normalizer(Limits.DEFAULT, Runtime.getRuntime().availableProcessors());
  }

  /** Fills {@code directory} with the files of a video mezzanine; returns the processor time. */
  Duration video(
      String name, Path source, Path directory, VideoFormat format, LongConsumer framesDone)
      throws IOException {
    return run(
        name,
        directory,
        framesDone,
        "video",
        source.toString(),
        directory.toString(),
        Integer.toString(format.width()),
        Integer.toString(format.height()),
        Integer.toString(format.crf()),
        Integer.toString(format.maxBitRate()));
  }

  /** Fills {@code directory} with the sound of a voice-over; returns the processor time. */
  Duration voice(String name, Path source, Path directory) throws IOException {
    return run(name, directory, frames -> {}, "voice", source.toString(), directory.toString());
  }

  private Duration run(String name, Path directory, LongConsumer framesDone, String... arguments)
      throws IOException {
    try {
      children.acquire();
    } catch (InterruptedException e) {
      throw interrupted();
    }
    try {
      Path log = directory.resolve("log.txt");
      Process process = new ProcessBuilder(command(arguments)).redirectError(log.toFile()).start();
      Duration cpu;
      try {
        cpu = supervise(name, process, log, framesDone);
      } finally {
        process.destroyForcibly();
      }
      Files.delete(log);
      return cpu;
    } finally {
      children.release();
    }
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(child);
    command.addAll(List.of(arguments));
    return command;
  }

  private Duration supervise(String name, Process process, Path log, LongConsumer framesDone)
      throws IOException {
    long deadline = System.nanoTime() + limits.time().toNanos();
    String reason = null;
    Duration cpu = Duration.ZERO;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      boolean ended = false;
      while (!ended) {
        ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        // Only whole lines are written, and each at once: what has begun can be read to its end.
        while (ended || lines.ready()) {
          String line = lines.readLine();
          if (line == null) {
            break;
          }
          if (line.startsWith(NormalizeMain.FRAMES)) {
            framesDone.accept(Long.parseLong(line.substring(NormalizeMain.FRAMES.length())));
          } else if (line.startsWith(NormalizeMain.REASON)) {
            reason = line.substring(NormalizeMain.REASON.length());
          } else if (line.startsWith(NormalizeMain.CPU)) {
            cpu = Duration.ofMillis(Long.parseLong(line.substring(NormalizeMain.CPU.length())));
          }
        }
        if (!ended) {
          checkLimits(name, process, deadline);
        }
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    int code = process.exitValue();
    if (code == NormalizeMain.REJECTED && reason != null) {
      throw new SourceRejected(name, reason);
    }
    if (code != 0) {
      throw new SourceRejected(
          name, "its decoder died with exit code " + code + " (" + tail(log) + ")");
    }
    return cpu;
  }

  private void checkLimits(String name, Process process, long deadline) throws IOException {
    if (System.nanoTime() - deadline > 0) {
      throw new SourceRejected(
          name, "it was not decoded within " + limits.time().toSeconds() + " s");
    }
    long resident = residentBytes(process.pid());
    if (resident > limits.residentBytes()) {
      throw new SourceRejected(
          name, "its decoder took more than " + (limits.residentBytes() >> 20) + " MB of memory");
    }
  }

  /** From /proc; 0 where the system has none, and then the limit does not hold. */
  private static long residentBytes(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
    } catch (NoSuchFileException e) {
      return 0; // it ended between the two looks
    }
    return 0;
  }

  private static String tail(Path log) throws IOException {
    String text = Files.readString(log, StandardCharsets.ISO_8859_1).strip();
    String last = text.length() <= LOG_BYTES ? text : text.substring(text.length() - LOG_BYTES);
    return last.isEmpty() ? "it said nothing" : last.replace('\n', ' ');
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("cancelled while normalising");
  }
}
