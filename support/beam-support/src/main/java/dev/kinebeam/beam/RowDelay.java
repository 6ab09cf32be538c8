package dev.kinebeam.beam;

import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.program.observability.RecentMax;
import java.time.Duration;
import java.util.Map;

/**
 * How old the news in rows is when the rows are committed; one figure for all writers of this
 * process, exported while there are any. Costs a comparison for each batch, and nothing for a
 * record.
 */
final class RowDelay {
  private static final RecentMax DELAY = new RecentMax();
  private static int writers;
  private static Metrics.Registration exported;

  private RowDelay() {}

  static synchronized void begin() {
    if (writers++ == 0) {
      exported =
          Metrics.PROCESS.gauge(
              "kinebeam_event_row_delay_seconds",
              "Greatest time from the gateway's receipt of an event to the commit of its session's"
                  + " row, of the last minute or two; 0 when no row was written. Rows that a"
                  + " timeout closed do not count.",
              Map.of(),
              DELAY::get);
    }
  }

  static synchronized void end() {
    if (--writers == 0) {
      exported.close();
    }
  }

  /** Rows were committed at {@code nowMs}, and the oldest news in them came in then. */
  static void committed(long receivedAtMs, long nowMs) {
    DELAY.record((double) Math.max(0, nowMs - receivedAtMs) / Duration.ofSeconds(1).toMillis());
  }
}
