package dev.kinebeam.pipelines.sessions;

/**
 * The playhead while a {@link PlayheadLog} is read in order: whether playback has been shown, and
 * where the playhead last jumped to. A seek that was lost, or never sent, shows as a jump.
 */
final class Playhead {
  /** The playhead creeps while the first frames after a start or a seek are decoded. */
  static final int SAME_PLACE_MS = 500;

  /** No player plays faster than twice the speed; a reading may be a second old. */
  private static final int FASTEST = 2;

  private static final int STALE_MS = 1000;

  private int positionMs = PlayheadLog.NO_POSITION;
  private long timeMs;

  /** Where it came to rest when it last moved or jumped; it may creep from there. */
  private int placeMs = PlayheadLog.NO_POSITION;

  private boolean moved;
  private boolean shown;
  private boolean jumpsNext;
  private int targetMs = PlayheadLog.NO_POSITION;

  /** Takes the next reading of the log. */
  void read(PlayheadLog log, int i) {
    shown |= log.showsWatching(i);
    int now = log.positionMs(i);
    if (now == PlayheadLog.NO_POSITION) {
      jumpsNext |= log.isSeekTarget(i);
      return;
    }
    long time = log.timeMs(i);
    if (jumpsNext || log.isSeekTarget(i) || jumpsTo(now, time)) {
      targetMs = now;
      placeMs = now;
      jumpsNext = false;
    } else if (positionMs == PlayheadLog.NO_POSITION) {
      placeMs = now;
    } else if (now - placeMs > SAME_PLACE_MS) {
      moved = true;
      shown = true;
      targetMs = PlayheadLog.NO_POSITION;
      placeMs = now;
    }
    positionMs = now;
    timeMs = time;
  }

  /** Playing since the last reading cannot bring the playhead there. */
  boolean jumpsTo(int now, long time) {
    if (positionMs == PlayheadLog.NO_POSITION) {
      return false;
    }
    long by = (long) now - positionMs;
    return by < -SAME_PLACE_MS || by > FASTEST * Math.max(0, time - timeMs) + STALE_MS;
  }

  /** The latest known position, or {@link PlayheadLog#NO_POSITION}. */
  int positionMs() {
    return positionMs;
  }

  /** Watched time was reported or the playhead has moved as playback moves it. */
  boolean hasShownPlayback() {
    return shown;
  }

  /** The playhead has moved as playback moves it. */
  boolean hasMoved() {
    return moved;
  }

  /** It jumped to this place and nothing has been played since. */
  boolean hasJumpedTo(int placeMs) {
    return targetMs != PlayheadLog.NO_POSITION
        && placeMs != PlayheadLog.NO_POSITION
        && Math.abs(placeMs - targetMs) <= SAME_PLACE_MS;
  }
}
