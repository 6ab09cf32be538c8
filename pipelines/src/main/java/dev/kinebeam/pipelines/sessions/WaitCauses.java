package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import java.util.List;

/**
 * Why playback waited. A player says {@code waiting} in start-up and after a seek, too; only what
 * is neither is a stall (rebuffering). Decided on the whole log and the order of the session, so
 * that arrival cannot matter.
 *
 * <ul>
 *   <li><b>start-up</b>: nothing before the wait shows that frames had moved, and the playhead
 *       stands where the first play began, if one had begun;
 *   <li><b>seek</b>: the latest seek before the wait went to where the playhead stands: the player
 *       has not gone on from there;
 *   <li><b>stall</b>: everything else.
 * </ul>
 */
final class WaitCauses {
  /** The playhead creeps while the first frames after a start or a seek are decoded. */
  static final double SAME_PLACE_SECONDS = 0.5;

  private final List<Reported<Double>> seeks;
  private final Reported<Double> firstPlay;
  private final EventOrder firstProgress;

  private WaitCauses(StallLog log) {
    seeks = log.seeks();
    firstPlay = log.firstPlay();
    firstProgress = log.firstProgress();
  }

  static WaitCauses in(StallLog log) {
    return new WaitCauses(log);
  }

  Stall.Cause of(Reported<EventData.BufferingStart> wait) {
    if (isStartUp(wait)) {
      return Stall.Cause.STARTUP;
    }
    Reported<Double> seek = latestSeek(wait.order());
    return seek != null && isAt(wait, seek.value()) ? Stall.Cause.SEEK : Stall.Cause.STALL;
  }

  private boolean isStartUp(Reported<EventData.BufferingStart> wait) {
    if (firstProgress != null && isBefore(firstProgress, wait.order())) {
      return false;
    }
    return firstPlay == null
        || !isBefore(firstPlay.order(), wait.order())
        || isAt(wait, firstPlay.value());
  }

  private Reported<Double> latestSeek(EventOrder wait) {
    int low = 0;
    int high = seeks.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isBefore(seeks.get(middle).order(), wait)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? null : seeks.get(low - 1);
  }

  /** A wait follows what causes it, also within one moment of the clock. */
  private static boolean isBefore(EventOrder cause, EventOrder wait) {
    return cause.compareMoment(wait) <= 0;
  }

  private static boolean isAt(Reported<EventData.BufferingStart> wait, double seconds) {
    return Math.abs(wait.value().positionSeconds() - seconds) <= SAME_PLACE_SECONDS;
  }
}
