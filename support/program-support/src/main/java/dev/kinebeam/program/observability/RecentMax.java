package dev.kinebeam.program.observability;

import java.time.Clock;
import java.time.Duration;

/** The greatest value of the last one to two minutes; 0 when there was none. Thread-safe. */
public final class RecentMax {
  private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();

  private final Clock clock;
  private long minute;
  private double current;
  private double before;

  public RecentMax() {
    this(Clock.systemUTC());
  }

  RecentMax(Clock clock) {
    this.clock = clock;
  }

  /** Takes in a value. */
  public synchronized void record(double value) {
    turn();
    current = Math.max(current, value);
  }

  /** The greatest value of this minute and the one before. */
  public synchronized double get() {
    turn();
    return Math.max(current, before);
  }

  private void turn() {
    long now = clock.millis() / MINUTE_MS;
    if (now != minute) {
      before = now == minute + 1 ? current : 0;
      current = 0;
      minute = now;
    }
  }
}
