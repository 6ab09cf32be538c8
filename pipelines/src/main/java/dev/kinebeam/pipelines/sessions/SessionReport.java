package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.SessionStatus;
import java.util.List;

/** The columns of a tally, derived from the whole tally at once. */
final class SessionReport {
  private final SessionTally tally;
  private final List<Stall> waits;
  private final EventData.SessionStart start;
  private final double watchedSeconds;
  private final boolean watchedIsCut;

  private SessionReport(SessionTally tally, List<Stall> waits, EventData.SessionStart start) {
    this.tally = tally;
    this.waits = waits;
    this.start = start;
    double reported = Math.max(0, tally.viewing().watchedSeconds());
    double limit =
        tally.count(EventType.HEARTBEAT) < WatchedTime.MIN_HEARTBEATS
            ? reported
            : WatchedTime.limitSeconds(tally.log(), tally.timeline().lastMs());
    this.watchedSeconds = Math.min(reported, limit);
    this.watchedIsCut = reported > limit;
  }

  static SessionMetrics metrics(SessionTally tally, Waits found, List<Stall> waits) {
    Opening.Facts opening = tally.opening().facts();
    SessionReport report = new SessionReport(tally, waits, Reported.valueOf(opening.startUp()));
    return new SessionMetrics(
        report.identity(opening),
        report.startUp(found),
        report.playback(),
        report.smoothness(),
        report.network(),
        report.device(),
        report.faults(),
        report.trust(),
        report.completion(),
        tally
            .timeline()
            .parts(Reported.orderOf(opening.startUp()), Reported.orderOf(opening.media())));
  }

  private SessionMetrics.Identity identity(Opening.Facts opening) {
    SessionClaim owner = tally.opening().claim();
    Opening.Media media = Reported.valueOf(opening.media());
    return new SessionMetrics.Identity(
        tally.sessionId(),
        owner.orgId(),
        owner.patientId(),
        media == null ? null : media.mediaId(),
        media == null ? null : media.mediaType(),
        Reported.valueOf(opening.renderId()),
        tally.timeline().startedAtMs(),
        tally.isOver() ? (Long) tally.timeline().endedAtMs() : null,
        tally.timeline().lastEventAtMs(),
        status(),
        endedBy());
  }

  private SessionStatus status() {
    if (tally.faults().fatal()) {
      return SessionStatus.ERROR;
    } else if (!tally.isOver()) {
      return SessionStatus.PLAYING;
    }
    return isCompleted() ? SessionStatus.COMPLETED : SessionStatus.ABANDONED;
  }

  /** {@link SessionTable} has the same rule in SQL. */
  private boolean isCompleted() {
    SessionMetrics.Completion known = completion();
    Double duration = start == null ? null : start.totalDurationSeconds();
    if (!known.watchedReported() && known.playedToMilestone()) {
      return true;
    } else if (duration == null) {
      return tally.viewing().completionPercent() >= SessionMetrics.COMPLETED_PERCENT;
    }
    double enough = duration * SessionMetrics.COMPLETED_PERCENT / 100;
    Double furthest = known.reportedPositionSeconds();
    return known.watchedReported()
        && watchedSeconds >= enough
        && (furthest == null || furthest >= enough);
  }

  private SessionMetrics.Completion completion() {
    Viewing viewing = tally.viewing();
    return new SessionMetrics.Completion(
        viewing.watchedSeconds() >= 0,
        viewing.reportedSeconds() < 0 ? null : (Double) viewing.reportedSeconds(),
        viewing.playedToMilestone());
  }

  private String endedBy() {
    if (tally.endedByClient()) {
      return SessionMetrics.BY_CLIENT;
    }
    return tally.isOver() ? SessionMetrics.BY_TIMEOUT : null;
  }

  private SessionMetrics.StartUp startUp(Waits found) {
    boolean started =
        tally.viewing().watchedSeconds() > 0
            || tally.totals().totalFrames() > 0
            || found.playheadMoved();
    // A session_start comes of the viewer's click, and nothing waits or fails unasked.
    boolean asked =
        started
            || tally.count(EventType.SESSION_START) > 0
            || tally.count(EventType.PLAY) > 0
            || tally.count(EventType.HEARTBEAT) > 0
            || tally.count(EventType.MILESTONE) > 0
            || tally.count(EventType.BUFFERING_START) > 0
            || tally.count(EventType.ERROR) > 0;
    if (start == null) {
      return new SessionMetrics.StartUp(null, null, null, null, null, null, asked, started);
    }
    return new SessionMetrics.StartUp(
        start.ttfbMs(),
        start.videoLoadTimeMs(),
        start.cdnResponseTimeMs(),
        start.totalDurationSeconds(),
        start.initialBitrate(),
        start.initialResolution(),
        asked,
        started);
  }

  private SessionMetrics.Playback playback() {
    Viewing viewing = tally.viewing();
    return new SessionMetrics.Playback(
        watchedSeconds,
        Math.max(0, viewing.completionPercent()),
        Math.max(0, viewing.furthestSeconds()),
        tally.latest().number(Latest.Field.POSITION_SECONDS),
        tally.count(EventType.PLAY),
        tally.count(EventType.PAUSE),
        tally.count(EventType.SEEK),
        Math.max(0, viewing.milestone()),
        tally.count(EventType.HEARTBEAT));
  }

  private SessionMetrics.Smoothness smoothness() {
    ClientTotals totals = tally.totals();
    Extremes extremes = tally.extremes();
    return new SessionMetrics.Smoothness(
        Math.max(0, totals.bufferingCount()),
        Math.max(0, totals.bufferingMs()),
        WaitReport.stalls(tally, waits),
        WaitReport.stallMs(waits),
        Math.max(tally.countFlagged(EventSet.NEW_BITRATE), totals.bitrateSwitches()),
        Math.max(tally.countFlagged(EventSet.NEW_RESOLUTION), totals.resolutionSwitches()),
        tally.latest().count(Latest.Field.AVG_BITRATE),
        extremes.peakBitrate() < 0 ? null : (Long) extremes.peakBitrate(),
        extremes.peakResolution(),
        Math.max(0, totals.droppedFrames()),
        Math.max(0, totals.totalFrames()));
  }

  private SessionMetrics.Network network() {
    Latest last = tally.latest();
    double least = tally.extremes().minBandwidth();
    return new SessionMetrics.Network(
        last.text(Latest.Field.CONNECTION_TYPE),
        last.number(Latest.Field.EFFECTIVE_BANDWIDTH),
        Double.isInfinite(least) ? null : (Double) least,
        last.count(Latest.Field.RTT_MS));
  }

  private SessionMetrics.Device device() {
    Latest last = tally.latest();
    return new SessionMetrics.Device(
        last.text(Latest.Field.DEVICE),
        last.text(Latest.Field.OS),
        last.text(Latest.Field.BROWSER),
        last.text(Latest.Field.APP_VERSION));
  }

  private SessionMetrics.Faults faults() {
    return new SessionMetrics.Faults(
        Math.max(tally.totals().errorCount(), tally.count(EventType.ERROR)),
        tally.faults().types(),
        tally.faults().fatal());
  }

  private SessionMetrics.Trust trust() {
    return new SessionMetrics.Trust(
        tally.eventsSeen(),
        tally.seqs().missing(),
        tally.countFlagged(EventSet.CORRECTED),
        watchedIsCut || (tally.endedByClient() && disagree()),
        SessionMetrics.VERSION,
        tally.timeline().reportedSkewMs());
  }

  /**
   * Only the closing totals can be compared: those of a heartbeat may be older than the last event.
   * Players differ in whether they count waits that never ended and those of start-up and seeks, so
   * anything from the ended stalls alone to all waits together agrees; and each duration may have
   * been rounded.
   */
  private boolean disagree() {
    ClientTotals totals = tally.totals();
    boolean errors =
        totals.errorCount() >= 0 && totals.errorCount() != tally.count(EventType.ERROR);
    if (errors || !WaitReport.isWhole(tally)) {
      return errors;
    }
    int least = 0;
    long leastMs = 0;
    long mostMs = 0;
    for (Stall wait : waits) {
      mostMs += wait.durationMs();
      if (wait.isStall() && wait.endedBy() == Stall.EndedBy.BUFFERING_END) {
        least++;
        leastMs += wait.durationMs();
      }
    }
    boolean count =
        totals.bufferingCount() >= 0
            && (totals.bufferingCount() < least || totals.bufferingCount() > waits.size());
    boolean duration =
        totals.bufferingMs() >= 0
            && (totals.bufferingMs() < leastMs - least
                || totals.bufferingMs() > mostMs + waits.size());
    return count || duration;
  }
}
