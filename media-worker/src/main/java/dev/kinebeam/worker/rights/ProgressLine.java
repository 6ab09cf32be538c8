package dev.kinebeam.worker.rights;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Prints the progress of a long run every two seconds at most, so that a short run prints nothing.
 */
public final class ProgressLine {
  private static final long EVERY_NANOS = 2_000_000_000L;

  private final Consumer<String> out;
  private long last = System.nanoTime();

  public ProgressLine(Consumer<String> out) {
    this.out = out;
  }

  /** The line, if it is time for one. */
  public void update(Supplier<String> line) {
    long now = System.nanoTime();
    if (now - last >= EVERY_NANOS) {
      last = now;
      out.accept(line.get());
    }
  }
}
