package dev.kinebeam.pipelines.sessions;

import java.io.Serializable;
import java.time.Duration;

/**
 * When a session without events counts as over, and when its state is deleted.
 *
 * @param playing without a heartbeat while playing
 * @param paused while paused, or loaded and never started
 * @param forgotten after a session is over, until its state is deleted; events that arrive later
 *     are merged into its row in the database
 */
public record SilenceTimeouts(Duration playing, Duration paused, Duration forgotten)
    implements Serializable {
  /** Heartbeats come every 10 s; a pause may be a telephone call; a beacon may wait for a day. */
  public static final SilenceTimeouts DEFAULT =
      new SilenceTimeouts(Duration.ofSeconds(60), Duration.ofMinutes(30), Duration.ofHours(24));

  /** When to look at the session again if nothing more is heard of it, milliseconds. */
  public long checkAtMs(SessionTally tally) {
    Duration silence = tally.isOver() ? forgotten : tally.isPlaying() ? playing : paused;
    return tally.lastReceivedMs() + silence.toMillis();
  }
}
