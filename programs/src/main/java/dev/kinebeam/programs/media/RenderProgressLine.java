package dev.kinebeam.programs.media;

import dev.kinebeam.composer.compose.Progress;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Tells people how far a render is, one line every second or two and none on quick ones. */
final class RenderProgressLine implements Progress, AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private final PrintWriter out;
  private final Clock clock;
  private Instant next;

  RenderProgressLine(PrintWriter out, Clock clock) {
    this.out = out;
    this.clock = clock;
    this.next = clock.instant().plus(INTERVAL);
  }

  @Override
  public synchronized void at(String step, double part) {
    Instant now = clock.instant();
    if (now.isBefore(next)) {
      return;
    }
    next = now.plus(INTERVAL);
    out.println(step + " " + Math.round(part * 100) + " %");
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
