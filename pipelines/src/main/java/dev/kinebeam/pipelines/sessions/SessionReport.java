package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.List;

/** What a tally comes to: the columns, derived from the whole tally at once. */
final class SessionReport {
  private SessionReport() {}

  static SessionMetrics metrics(SessionTally tally, List<Stall> stalls) {
    Opening.Facts opening = tally.opening().facts();
    return new SessionMetrics(
        identity(tally, opening),
        startUp(tally, Reported.valueOf(opening.startUp())),
        playback(tally),
        smoothness(tally, stalls),
        network(tally),
        device(tally),
        faults(tally),
        trust(tally, stalls),
        tally.timeline().parts(tally.seqs().last()));
  }

  private static SessionMetrics.Identity identity(SessionTally tally, Opening.Facts opening) {
    Claim owner = tally.opening().claim();
    Opening.Media media = Reported.valueOf(opening.media());
    return new SessionMetrics.Identity(
        tally.sessionId(),
        owner.orgId(),
        owner.patientId(),
        media == null ? null : media.mediaId(),
        media == null ? null : media.mediaType(),
        Reported.valueOf(opening.renderId()),
        tally.timeline().startedAtMs(),
        endedAt(tally),
        tally.timeline().lastEventAtMs(),
        status(tally),
        endedBy(tally));
  }

  private static String status(SessionTally tally) {
    if (tally.faults().fatal()) {
      return SessionMetrics.ERROR;
    } else if (!tally.isOver()) {
      return SessionMetrics.PLAYING;
    }
    double percent = Math.max(tally.viewing().completionPercent(), tally.viewing().milestone());
    return percent >= SessionMetrics.COMPLETED_PERCENT
        ? SessionMetrics.COMPLETED
        : SessionMetrics.ABANDONED;
  }

  private static String endedBy(SessionTally tally) {
    if (tally.endedByClient()) {
      return SessionMetrics.BY_CLIENT;
    }
    return tally.isOver() ? SessionMetrics.BY_TIMEOUT : null;
  }

  /** Null while the session runs. */
  static Long endedAt(SessionTally tally) {
    return tally.isOver() ? (Long) tally.timeline().endedAtMs() : null;
  }

  private static SessionMetrics.StartUp startUp(SessionTally tally, EventData.SessionStart start) {
    boolean started =
        tally.count(EventType.PLAY) > 0
            || tally.count(EventType.HEARTBEAT) > 0
            || tally.count(EventType.MILESTONE) > 0;
    // A session_start comes of the viewer's click, and nothing waits or fails unasked.
    boolean asked =
        started
            || tally.count(EventType.SESSION_START) > 0
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

  private static SessionMetrics.Playback playback(SessionTally tally) {
    Viewing viewing = tally.viewing();
    return new SessionMetrics.Playback(
        Math.max(0, viewing.watchedSeconds()),
        Math.max(0, viewing.completionPercent()),
        Math.max(0, viewing.furthestSeconds()),
        tally.latest().positionOrNull(),
        tally.count(EventType.PLAY),
        tally.count(EventType.PAUSE),
        tally.count(EventType.SEEK),
        Math.max(0, viewing.milestone()),
        tally.count(EventType.HEARTBEAT));
  }

  private static SessionMetrics.Smoothness smoothness(SessionTally tally, List<Stall> stalls) {
    ClientTotals totals = tally.totals();
    Extremes extremes = tally.extremes();
    return new SessionMetrics.Smoothness(
        Math.max(0, totals.bufferingCount()),
        Math.max(0, totals.bufferingMs()),
        StallReport.count(tally, stalls),
        StallReport.durationMs(stalls),
        Math.max(0, totals.bitrateSwitches()),
        Math.max(0, totals.resolutionSwitches()),
        tally.latest().avgBitrateOrNull(),
        extremes.peakBitrate() < 0 ? null : (Long) extremes.peakBitrate(),
        extremes.peakResolution(),
        Math.max(0, totals.droppedFrames()),
        Math.max(0, totals.totalFrames()));
  }

  private static SessionMetrics.Network network(SessionTally tally) {
    EventData.Network last = tally.latest().network();
    double least = tally.extremes().minBandwidth();
    Double minBandwidth = Double.isInfinite(least) ? null : (Double) least;
    return last == null
        ? new SessionMetrics.Network(null, null, minBandwidth, null)
        : new SessionMetrics.Network(
            last.connectionType(), last.effectiveBandwidth(), minBandwidth, last.rttMs());
  }

  private static SessionMetrics.Device device(SessionTally tally) {
    MediaRecord.Client client = tally.latest().client();
    return client == null
        ? new SessionMetrics.Device(null, null, null, null)
        : new SessionMetrics.Device(
            client.device(), client.os(), client.browser(), client.appVersion());
  }

  private static SessionMetrics.Faults faults(SessionTally tally) {
    return new SessionMetrics.Faults(
        Math.max(tally.totals().errorCount(), tally.count(EventType.ERROR)),
        tally.faults().types(),
        tally.faults().fatal());
  }

  private static SessionMetrics.Trust trust(SessionTally tally, List<Stall> stalls) {
    return new SessionMetrics.Trust(
        tally.eventsSeen(),
        tally.seqs().missing(),
        tally.endedByClient() && disagree(tally, stalls),
        SessionMetrics.VERSION,
        tally.timeline().tellableSkewMs());
  }

  /**
   * Only the closing totals can be compared: those of a heartbeat may be older than the last event.
   * Players differ in whether they count waits that never ended and those of start-up and seeks, so
   * anything from the ended stalls alone to all waits together agrees; and each duration may have
   * been rounded.
   */
  private static boolean disagree(SessionTally tally, List<Stall> waits) {
    ClientTotals totals = tally.totals();
    boolean errors =
        totals.errorCount() >= 0 && totals.errorCount() != tally.count(EventType.ERROR);
    if (errors || !StallReport.isWhole(tally)) {
      return errors;
    }
    int least = 0;
    long leastMs = 0;
    long mostMs = 0;
    for (Stall wait : waits) {
      mostMs += wait.durationMs();
      if (wait.cause() == Stall.Cause.STALL && !wait.neverEnded()) {
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
