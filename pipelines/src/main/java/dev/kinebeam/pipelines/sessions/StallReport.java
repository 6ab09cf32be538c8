package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The waits of a tally as rows, and what they come to. */
final class StallReport {
  private StallReport() {}

  /** One row for each wait, in the order of the session. */
  static List<Stall> waits(SessionTally tally) {
    StallLog log = tally.stalls();
    if (log.isWithoutWaits()) {
      return List.of();
    }
    Claim owner = tally.opening().claim();
    Opening.Facts opening = tally.opening().facts();
    Opening.Media media = Reported.valueOf(opening.media());
    Stall.Session session =
        new Stall.Session(
            tally.sessionId(),
            owner.orgId(),
            owner.patientId(),
            media == null ? null : media.mediaId(),
            Reported.valueOf(opening.renderId()));
    WaitCauses causes = WaitCauses.in(log);
    List<Stall> stalls = new ArrayList<>();
    for (StallPairing.Pair pair : StallPairing.of(log)) {
      stalls.add(wait(tally, session, causes.of(pair.start()), pair));
    }
    return stalls;
  }

  private static Stall wait(
      SessionTally tally, Stall.Session session, Stall.Cause cause, StallPairing.Pair pair) {
    UUID id = pair.start().order().eventId();
    EventData.BufferingStart start = pair.start().value();
    long startedAt = tally.timeline().at(pair.start().order().timestampMs());
    Ending ending = Ending.of(tally, pair, startedAt);
    return new Stall(
        id,
        session,
        cause,
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

  /** How a wait ended: by its own end, with its session, or not yet. */
  private record Ending(Long atMs, Long durationMs, Stall.Quality after, Boolean recovered) {
    static Ending of(SessionTally tally, StallPairing.Pair pair, long startedAt) {
      if (pair.end() != null) {
        EventData.BufferingEnd end = pair.end().value();
        return new Ending(
            tally.timeline().at(pair.end().order().timestampMs()),
            end.durationMs(),
            new Stall.Quality(end.bitrateAfter(), end.resolutionAfter()),
            end.recovered() == null || end.recovered());
      }
      Long sessionEnd = SessionReport.endedAt(tally);
      if (sessionEnd == null) {
        return new Ending(null, null, Stall.Quality.UNKNOWN, null);
      }
      long end = Math.max(sessionEnd, startedAt);
      return new Ending(end, end - startedAt, Stall.Quality.UNKNOWN, Boolean.FALSE);
    }
  }

  /** Whether every wait of the session is in its log. */
  static boolean isWhole(SessionTally tally) {
    return tally.count(EventType.BUFFERING_START) <= StallLog.MOST && !tally.stalls().isFull();
  }

  /** How many waits were stalls; what a full log has no room for counts as one. */
  static int count(SessionTally tally, List<Stall> waits) {
    int others = 0;
    for (Stall wait : waits) {
      others += wait.cause() == Stall.Cause.STALL ? 0 : 1;
    }
    return Math.max(waits.size(), tally.count(EventType.BUFFERING_START)) - others;
  }

  /** How long the stalls lasted that have ended. */
  static long durationMs(List<Stall> waits) {
    long sum = 0;
    for (Stall wait : waits) {
      boolean counts = wait.cause() == Stall.Cause.STALL && wait.durationMs() != null;
      sum += counts ? wait.durationMs() : 0;
    }
    return sum;
  }
}
