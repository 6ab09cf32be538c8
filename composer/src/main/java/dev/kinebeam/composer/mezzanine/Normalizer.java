package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.program.config.Environment;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes untrusted files in child JVMs with a limit of time and of memory, so that a hostile or
 * broken file kills a child and not a worker. A child that could use its file serves the next one,
 * too, and ends by itself when there is none for a while. No more children work at once than {@code
 * parallel}; callers beyond that wait. An interrupt kills the child. Thread-safe.
 */
public final class Normalizer {
  private static final Logger LOG = LoggerFactory.getLogger(Normalizer.class);

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

  private final Limits limits;
  private final Semaphore children;
  private final Deque<NormalizeChild> idle = new ConcurrentLinkedDeque<>();

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

  /**
   * Fills folders with the files of a video's mezzanines, which it decodes once for all of them;
   * returns the processor time.
   */
  Duration video(String name, Path source, List<Target> targets, LongConsumer framesDone)
      throws IOException {
    String request = NormalizeMain.video(source, limits.longest(), targets);
    return run(name, targets.get(0).directory(), framesDone, request);
  }

  /** Fills {@code directory} with the sound of a voice-over; returns the processor time. */
  Duration voice(String name, Path source, Path directory) throws IOException {
    String request = NormalizeMain.voice(source, limits.longest(), directory);
    return run(name, directory, frames -> {}, request);
  }

  private Duration run(String name, Path directory, LongConsumer framesDone, String request)
      throws IOException {
    try {
      children.acquire();
    } catch (InterruptedException e) {
      throw interrupted();
    }
    try {
      long deadline = System.nanoTime() + limits.time().toNanos();
      Work work =
          child ->
              new Supervision(name, directory, child, limits, deadline, framesDone).untilDone();
      Optional<NormalizeChild> used = takeIdle();
      if (used.isPresent()) {
        try {
          return by(used.get(), request, work);
        } catch (InterruptedIOException e) {
          throw e;
        } catch (IOException e) {
          // It may have ended while it was idle, or suffer from an earlier file: a fresh one has
          // the last word.
          LOG.debug(
              "{} is normalised by another child, since one that served before failed", name, e);
        }
      }
      return by(NormalizeChild.start(), request, work);
    } finally {
      children.release();
    }
  }

  private Optional<NormalizeChild> takeIdle() {
    for (NormalizeChild child = idle.poll(); child != null; child = idle.poll()) {
      if (child.isAlive()) {
        return Optional.of(child);
      }
    }
    return Optional.empty();
  }

  private interface Work {
    Duration until(NormalizeChild child) throws IOException, InterruptedException;
  }

  /** Whatever a child leaves that failed is deleted with its folder, so it has to be over then. */
  private Duration by(NormalizeChild child, String request, Work work) throws IOException {
    boolean done = false;
    try {
      child.ask(request);
      Duration cpu = work.until(child);
      done = true;
      return cpu;
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      if (done) {
        idle.push(child);
      } else {
        child.end();
      }
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("cancelled while normalising");
  }
}
