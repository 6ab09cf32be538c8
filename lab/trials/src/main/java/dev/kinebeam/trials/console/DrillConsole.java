package dev.kinebeam.trials.console;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * Where a drill reports its progress, from any thread; each line is printed when the call returns.
 * Seconds count from the console's creation.
 */
public final class DrillConsole {
  private final PrintWriter out;
  private final long startedNanos = System.nanoTime();

  public DrillConsole(PrintWriter out) {
    this.out = out;
  }

  /** A step on the way, with its time. */
  public void step(String what) {
    print(
        String.format(Locale.ROOT, "%6.1f s  %s", (System.nanoTime() - startedNanos) / 1e9, what));
  }

  /** A line as it is. */
  public void print(String line) {
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }
}
