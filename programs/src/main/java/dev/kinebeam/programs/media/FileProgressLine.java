package dev.kinebeam.programs.media;

import java.io.PrintWriter;
import java.time.Duration;

/** Tells people how far work on files is, one line every two seconds and none on quick work. */
final class FileProgressLine {
  private static final long INTERVAL = Duration.ofSeconds(2).toNanos();
  private final PrintWriter out;
  private long next = System.nanoTime() + INTERVAL;

  FileProgressLine(PrintWriter out) {
    this.out = out;
  }

  synchronized void update(String line) {
    long now = System.nanoTime();
    if (now - next >= 0) {
      next = now + INTERVAL;
      out.println(line);
      out.flush();
    }
  }
}
