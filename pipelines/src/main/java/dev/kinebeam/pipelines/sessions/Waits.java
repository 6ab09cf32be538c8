package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.pipelines.sessions.Stall.EndedBy;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.WaitCause;
import java.util.ArrayList;
import java.util.List;

/**
 * The times that playback waited for data, read off a {@link PlayheadLog}.
 *
 * <p>At most one wait is open at any place of the session's order. A {@code buffering_start} opens
 * it; another one at the same position continues it. It ends at the first event that is a {@code
 * buffering_end}, a pause, a seek elsewhere, a fatal error, a start or an end of the session, or
 * whose playhead is elsewhere. A wait that ended at an unknown moment before the event that shows
 * it lasted until that event, less the distance played since. No wait lasts more than {@link
 * #SILENCE_MS} beyond the last event during it.
 *
 * <p>Until playback has been shown a wait belongs to the start-up; where the playhead has just
 * jumped to, it belongs to the seek; every other wait is a stall.
 */
final class Waits {
  /** Two events read the playhead at one position, which may creep between them. */
  static final int SAME_POSITION_MS = 250;

  /** A player sends heartbeats while it waits: without them it is asleep. */
  static final long SILENCE_MS = 60_000;

  /** The player's own duration may begin before its event was made. */
  private static final long EARLIER_MS = 1_000;

  /**
   * One {@code buffering_start}.
   *
   * @param start its reading in the log
   * @param end the reading that ended it, -1 while it lasts and for {@link WaitCause#CONTINUED}
   * @param endedBy null while it lasts and for {@link WaitCause#CONTINUED}
   * @param lastHeardMs the last event during it
   */
  record Wait(
      int start,
      int end,
      WaitCause cause,
      EndedBy endedBy,
      long startMs,
      long endMs,
      long lastHeardMs) {

    /** The length, given the one that the player measured, which may be null. */
    long lengthMs(Long measuredMs) {
      return Math.min(unlimitedMs(measuredMs), lastHeardMs + SILENCE_MS - startMs);
    }

    /** What ended it: silence, if the event that did came too late. */
    EndedBy endedBy(Long measuredMs) {
      return endedBy != null && unlimitedMs(measuredMs) > lengthMs(measuredMs)
          ? EndedBy.SILENCE
          : endedBy;
    }

    private long unlimitedMs(Long measuredMs) {
      long between = Math.max(0, endMs - startMs);
      return endedBy == EndedBy.BUFFERING_END && measuredMs != null
          ? Math.min(measuredMs, between + EARLIER_MS)
          : between;
    }
  }

  private final PlayheadLog log;
  private final Playhead playhead = new Playhead();
  private final List<Wait> waits = new ArrayList<>();

  /** The place of the open wait among {@link #waits}, -1 for none, and where its playhead is. */
  private int open = -1;

  private int openPositionMs;

  private Waits(PlayheadLog log) {
    this.log = log;
    for (int i = 0; i < log.size(); i++) {
      read(i);
    }
  }

  static Waits of(PlayheadLog log) {
    return new Waits(log);
  }

  /** One for each {@code buffering_start}, in the order of the session. */
  List<Wait> all() {
    return waits;
  }

  /** The playhead has moved as playback moves it. */
  boolean playheadMoved() {
    return playhead.hasMoved();
  }

  private void read(int i) {
    if (open >= 0) {
      EndedBy how = endOf(i);
      if (how == null) {
        hear(i);
      } else {
        close(i, how);
      }
    }
    playhead.read(log, i);
    if (log.type(i) == EventType.BUFFERING_START) {
      begin(i);
    }
  }

  private void begin(int i) {
    long at = log.timeMs(i);
    if (open >= 0) {
      waits.add(new Wait(i, -1, WaitCause.CONTINUED, null, at, at, at));
      return;
    }
    open = waits.size();
    openPositionMs =
        log.positionMs(i) == PlayheadLog.NO_POSITION ? playhead.positionMs() : log.positionMs(i);
    waits.add(new Wait(i, -1, cause(), null, at, at, at));
  }

  private WaitCause cause() {
    if (!playhead.hasShownPlayback()) {
      return WaitCause.STARTUP;
    }
    return playhead.hasJumpedTo(openPositionMs) ? WaitCause.SEEK : WaitCause.STALL;
  }

  /** What the event ends the open wait by; null if it does not. */
  private EndedBy endOf(int i) {
    boolean elsewhere = isElsewhere(i);
    return switch (log.type(i)) {
      case BUFFERING_END -> EndedBy.BUFFERING_END;
      case PAUSE -> EndedBy.PAUSE;
      case SESSION_START -> EndedBy.SESSION_START;
      case SESSION_END -> EndedBy.SESSION_END;
      case SEEK -> isSoughtElsewhere(i) ? EndedBy.SEEK : null;
      case ERROR -> log.isFatal(i) ? EndedBy.ERROR : elsewhere ? EndedBy.PLAYHEAD : null;
      case BUFFERING_START -> elsewhere ? EndedBy.BUFFERING_START : null;
      case PLAY, HEARTBEAT, QUALITY_CHANGE, MILESTONE -> elsewhere ? EndedBy.PLAYHEAD : null;
    };
  }

  /**
   * The viewer continued from elsewhere, or to elsewhere. Not if the wait is at the seek's target
   * and playing cannot have brought the playhead to where the seek came from: then the player
   * reported the wait before the seek that caused it.
   */
  private boolean isSoughtElsewhere(int i) {
    if (log.isSeekTarget(i)) {
      return isElsewhere(i) || log.positionMs(i) == PlayheadLog.NO_POSITION;
    }
    boolean causedWait =
        i + 1 < log.size()
            && !isElsewhere(i + 1)
            && playhead.jumpsTo(log.positionMs(i), log.timeMs(i));
    return isElsewhere(i) && !causedWait;
  }

  private boolean isElsewhere(int i) {
    int now = log.positionMs(i);
    return now != PlayheadLog.NO_POSITION
        && openPositionMs != PlayheadLog.NO_POSITION
        && Math.abs(now - openPositionMs) > SAME_POSITION_MS;
  }

  private void hear(int i) {
    Wait wait = waits.get(open);
    boolean caused = log.isSeekTarget(i) && wait.cause() == WaitCause.STALL;
    if (openPositionMs == PlayheadLog.NO_POSITION) {
      openPositionMs = log.positionMs(i);
    }
    long last = Math.max(wait.lastHeardMs(), log.timeMs(i));
    WaitCause cause = caused ? WaitCause.SEEK : wait.cause();
    waits.set(open, new Wait(wait.start(), -1, cause, null, wait.startMs(), last, last));
  }

  private void close(int i, EndedBy how) {
    Wait wait = waits.get(open);
    long end = log.timeMs(i);
    boolean played =
        how != EndedBy.BUFFERING_END
            && isElsewhere(i)
            && !log.isSeekTarget(i)
            && !playhead.jumpsTo(log.positionMs(i), end);
    if (played) {
      end -= Math.max(0, log.positionMs(i) - openPositionMs);
    }
    end = Math.max(wait.startMs(), end);
    waits.set(
        open,
        new Wait(wait.start(), i, wait.cause(), how, wait.startMs(), end, wait.lastHeardMs()));
    open = -1;
  }
}
