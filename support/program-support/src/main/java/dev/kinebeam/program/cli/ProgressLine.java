package dev.kinebeam.program.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reports the progress of a long run every two seconds at most, so that a short run reports
 * nothing. Any thread may update it.
 */
public final class ProgressLine {
  /** The least time between two lines. */
  public static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Consumer<String> out;
  private final InstantSource clock;
  private Instant next;

  public ProgressLine(Consumer<String> out) {
    this(out, InstantSource.system());
  }

  ProgressLine(Consumer<String> out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
    this.next = clock.instant().plus(INTERVAL);
  }

  /** On this writer, which is flushed after each line. */
  public static ProgressLine on(PrintWriter writer) {
    return new ProgressLine(
        line -> {
          writer.println(line);
          writer.flush();
        });
  }

  /** The line, if it is time for one. */
  public synchronized void update(Supplier<String> line) {
    Instant now = clock.instant();
    if (!now.isBefore(next)) {
      next = now.plus(INTERVAL);
      out.accept(line.get());
    }
  }
}
