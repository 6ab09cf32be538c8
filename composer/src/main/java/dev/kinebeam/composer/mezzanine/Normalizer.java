package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.libav.ChildJvm;
import dev.kinebeam.composer.libav.VideoFormat;
import dev.kinebeam.program.config.Environment;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
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
   * @param longest how long a primitive may be
   */
  public record Limits(Duration time, long residentBytes, Duration longest) {
    static final String TIME = "KINEBEAM_NORMALISE_WITHIN";
    static final String MEMORY = "KINEBEAM_NORMALISE_MEMORY_MB";
    public static final String LONGEST = "KINEBEAM_LONGEST_PRIMITIVE";

    /** Enough for some minutes of any camera's 4K. */
    public static final Limits DEFAULT =
        new Limits(Duration.ofMinutes(20), 2L << 30, Duration.ofMinutes(30));

    private static final long MIN_MEGABYTES = 256;

    /** The sound of more would not fit what Java maps of one file. */
    private static final Duration MAX_DURATION_LIMIT = Duration.ofMinutes(186);

    /**
     * From {@value #TIME} and {@value #LONGEST}, durations as ISO 8601 has them, and {@value
     * #MEMORY}; what is not set is the default's.
     *
     * @throws IllegalArgumentException naming the variable that is wrong
     */
    public static Limits fromEnvironment(Map<String, String> environment) {
      Duration longest = duration(environment, LONGEST, DEFAULT.longest());
      if (longest.compareTo(MAX_DURATION_LIMIT) > 0) {
        throw new IllegalArgumentException(
            LONGEST + " is " + longest + "; it must be " + MAX_DURATION_LIMIT + " or less");
      }
      return new Limits(
          duration(environment, TIME, DEFAULT.time()),
          megabytes(Environment.of(environment).orElse(MEMORY, "")) << 20,
          longest);
    }

    private static Duration duration(Map<String, String> environment, String name, Duration other) {
      String value = Environment.of(environment).orElse(name, "");
      if (value.isBlank()) {
        return other;
      }
      try {
        Duration duration = Duration.parse(value);
        if (duration.compareTo(Duration.ofSeconds(1)) >= 0) {
          return duration;
        }
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(
            name + " is " + value + "; it must be a duration such as PT45M", e);
      }
      throw new IllegalArgumentException(name + " is " + value + "; it must be a second or more");
    }

    private static long megabytes(String value) {
      if (value.isBlank()) {
        return DEFAULT.residentBytes() >> 20;
      }
      if (!value.matches("\\d{1,7}") || Long.parseLong(value) < MIN_MEGABYTES) {
        throw new IllegalArgumentException(
            MEMORY + " is " + value + "; it must be a number of megabytes from 256 on");
      }
      return Long.parseLong(value);
    }
  }

  /** One that takes longer hangs in the kernel, on a dead disk for example. */
  private static final long KILLED_WITHIN_SECONDS = 10;

  private final Limits limits;
  private final Semaphore children;

  public Normalizer(Limits limits, int parallel) {
    this.limits = limits;
    this.children = new Semaphore(parallel, true);
  }

  /** A normaliser with the default limits and one child for each processor. */
  public static Normalizer withDefaults() {
    return within(Limits.DEFAULT);
  }

  /** A normaliser with one child for each processor. */
  public static Normalizer within(Limits limits) {
    return new Normalizer(limits, Runtime.getRuntime().availableProcessors());
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
        source.toAbsolutePath().toString(),
        directory.toAbsolutePath().toString(),
        limits.longest().toString(),
        Integer.toString(format.width()),
        Integer.toString(format.height()),
        Integer.toString(format.crf()),
        Integer.toString(format.maxBitRate()));
  }

  /** Fills {@code directory} with the sound of a voice-over; returns the processor time. */
  Duration voice(String name, Path source, Path directory) throws IOException {
    return run(
        name,
        directory,
        frames -> {},
        "voice",
        source.toAbsolutePath().toString(),
        directory.toAbsolutePath().toString(),
        limits.longest().toString());
  }

  private Duration run(String name, Path directory, LongConsumer framesDone, String... arguments)
      throws IOException {
    try {
      children.acquire();
    } catch (InterruptedException e) {
      throw interrupted();
    }
    try {
      // Whatever it leaves is deleted with the folder.
      Process process =
          ChildJvm.builder(NormalizeMain.class, arguments).directory(directory.toFile()).start();
      try {
        return new Supervision(name, directory, process, limits, framesDone).untilItEnds();
      } catch (InterruptedException e) {
        throw interrupted();
      } finally {
        end(process);
      }
    } finally {
      children.release();
    }
  }

  /**
   * Before its folder is deleted and the next child may start; an interrupt does not end this wait.
   */
  private static void end(Process process) {
    process
        .destroyForcibly()
        .onExit()
        .completeOnTimeout(process, KILLED_WITHIN_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("cancelled while normalising");
  }
}
