package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What a tally comes to: the columns, derived from the whole tally at once. */
final class SessionReport {
  private SessionReport() {}

  static SessionMetrics metrics(SessionTally tally, List<Stall> stalls) {
    return new SessionMetrics(
        identity(tally),
        startUp(tally),
        playback(tally),
        smoothness(tally, stalls),
        network(tally),
        device(tally),
        faults(tally),
        trust(tally, stalls));
  }

  private static SessionMetrics.Identity identity(SessionTally tally) {
    Opening opening = tally.opening();
    Opening.Owner owner = opening.owner().value();
    Opening.Media media = Reported.valueOf(opening.media());
    long skew = tally.timeline().skewMs();
    return new SessionMetrics.Identity(
        tally.sessionId(),
        owner.orgId(),
        owner.patientId(),
        media == null ? null : media.mediaId(),
        media == null ? null : media.mediaType(),
        Reported.valueOf(opening.renderId()),
        tally.timeline().firstMs() + skew,
        endedAt(tally),
        tally.timeline().lastMs() + skew,
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

  /** When the player said so, else the last that was heard; null while the session runs. */
  private static Long endedAt(SessionTally tally) {
    if (!tally.isOver()) {
      return null;
    }
    long end =
        tally.endedByClient()
            ? tally.latest().end().order().timestampMs()
            : tally.timeline().lastMs();
    return end + tally.timeline().skewMs();
  }

  private static SessionMetrics.StartUp startUp(SessionTally tally) {
    boolean started =
        tally.count(EventType.PLAY) > 0
            || tally.count(EventType.HEARTBEAT) > 0
            || tally.count(EventType.MILESTONE) > 0;
    EventData.SessionStart start = Reported.valueOf(tally.opening().startUp());
    if (start == null) {
      return new SessionMetrics.StartUp(null, null, null, null, null, null, started);
    }
    return new SessionMetrics.StartUp(
        start.ttfbMs(),
        start.videoLoadTimeMs(),
        start.cdnResponseTimeMs(),
        start.totalDurationSeconds(),
        start.initialBitrate(),
        start.initialResolution(),
        started);
  }

  private static SessionMetrics.Playback playback(SessionTally tally) {
    Viewing viewing = tally.viewing();
    return new SessionMetrics.Playback(
        Math.max(0, viewing.watchedSeconds()),
        Math.max(0, viewing.completionPercent()),
        Math.max(0, viewing.furthestSeconds()),
        Reported.valueOf(tally.latest().position()),
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
        stalls.size(),
        durationMs(stalls),
        Math.max(0, totals.bitrateSwitches()),
        Math.max(0, totals.resolutionSwitches()),
        Reported.valueOf(tally.latest().avgBitrate()),
        extremes.peakBitrate() < 0 ? null : (Long) extremes.peakBitrate(),
        extremes.peakResolution(),
        Math.max(0, totals.droppedFrames()),
        Math.max(0, totals.totalFrames()));
  }

  private static SessionMetrics.Network network(SessionTally tally) {
    EventData.Network last = Reported.valueOf(tally.latest().network());
    double least = tally.extremes().minBandwidth();
    Double minBandwidth = Double.isInfinite(least) ? null : (Double) least;
    return last == null
        ? new SessionMetrics.Network(null, null, minBandwidth, null)
        : new SessionMetrics.Network(
            last.connectionType(), last.effectiveBandwidth(), minBandwidth, last.rttMs());
  }

  private static SessionMetrics.Device device(SessionTally tally) {
    MediaRecord.Client client = Reported.valueOf(tally.latest().client());
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
    long delay = tally.timeline().leastDelayMs();
    return new SessionMetrics.Trust(
        tally.eventsSeen(),
        tally.seqs().missing(),
        tally.endedByClient() && disagree(tally, stalls),
        SessionMetrics.VERSION,
        delay == Timeline.UNKNOWN ? null : (Long) delay);
  }

  /**
   * Only the closing totals can be compared: those of a heartbeat may be older than the last event.
   * Players differ in whether they count a stall that never ended, so both counts agree; and each
   * stall's duration may have been rounded.
   */
  private static boolean disagree(SessionTally tally, List<Stall> stalls) {
    ClientTotals totals = tally.totals();
    int ended = 0;
    long endedMs = 0;
    for (StallPairing.Pair pair : StallPairing.of(tally.stalls())) {
      ended += pair.end() == null ? 0 : 1;
      endedMs += pair.end() == null ? 0 : pair.end().value().durationMs();
    }
    boolean count =
        totals.bufferingCount() >= 0
            && (totals.bufferingCount() < ended || totals.bufferingCount() > stalls.size());
    boolean duration =
        totals.bufferingMs() >= 0
            && (totals.bufferingMs() < endedMs - ended
                || totals.bufferingMs() > durationMs(stalls) + stalls.size());
    boolean errors =
        totals.errorCount() >= 0 && totals.errorCount() != tally.count(EventType.ERROR);
    return count || duration || errors;
  }

  private static long durationMs(List<Stall> stalls) {
    long sum = 0;
    for (Stall stall : stalls) {
      sum += stall.durationMs() == null ? 0 : stall.durationMs();
    }
    return sum;
  }

  static List<Stall> stalls(SessionTally tally) {
    if (tally.stalls().starts().isEmpty()) {
      return List.of();
    }
    Opening opening = tally.opening();
    Opening.Media media = Reported.valueOf(opening.media());
    Stall.Session session =
        new Stall.Session(
            tally.sessionId(),
            opening.owner().value().orgId(),
            opening.owner().value().patientId(),
            media == null ? null : media.mediaId(),
            Reported.valueOf(opening.renderId()));
    List<Stall> stalls = new ArrayList<>();
    for (StallPairing.Pair pair : StallPairing.of(tally.stalls())) {
      stalls.add(stall(tally, session, pair));
    }
    return stalls;
  }

  private static Stall stall(SessionTally tally, Stall.Session session, StallPairing.Pair pair) {
    long skew = tally.timeline().skewMs();
    UUID id = pair.start().order().eventId();
    EventData.BufferingStart start = pair.start().value();
    long startedAt = pair.start().order().timestampMs() + skew;
    Ending ending = Ending.of(tally, pair, startedAt);
    return new Stall(
        id,
        session,
        start.positionSeconds(),
        startedAt,
        ending.atMs,
        ending.durationMs,
        new Stall.Quality(start.bitrateBefore(), start.resolutionBefore()),
        ending.after,
        start.cdnResponseTimeMs(),
        start.network().connectionType(),
        start.network().effectiveBandwidth(),
        ending.recovered,
        tally.eventsSeen());
  }

  /** How a stall ended: by its own end, with its session, or not yet. */
  private record Ending(Long atMs, Long durationMs, Stall.Quality after, Boolean recovered) {
    static Ending of(SessionTally tally, StallPairing.Pair pair, long startedAt) {
      if (pair.end() != null) {
        EventData.BufferingEnd end = pair.end().value();
        return new Ending(
            pair.end().order().timestampMs() + tally.timeline().skewMs(),
            end.durationMs(),
            new Stall.Quality(end.bitrateAfter(), end.resolutionAfter()),
            end.recovered() == null || end.recovered());
      }
      Long sessionEnd = endedAt(tally);
      if (sessionEnd == null) {
        return new Ending(null, null, Stall.Quality.UNKNOWN, null);
      }
      long end = Math.max(sessionEnd, startedAt);
      return new Ending(end, end - startedAt, Stall.Quality.UNKNOWN, Boolean.FALSE);
    }
  }
}
