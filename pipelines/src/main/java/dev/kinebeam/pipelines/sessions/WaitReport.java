package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.pipelines.sessions.Stall.EndedBy;
import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.WaitCause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The waits of a tally as rows, and their sums. */
final class WaitReport {
  private final SessionTally tally;
  private final Stall.Session session;
  private final Map<Integer, Waits.Wait> byStart = new HashMap<>();
  private final Map<Integer, EventData.BufferingEnd> ends = new HashMap<>();

  private WaitReport(SessionTally tally, Waits waits) {
    this.tally = tally;
    this.session = session(tally);
    waits.all().forEach(wait -> byStart.put(wait.start(), wait));
    for (Reported<EventData.BufferingEnd> end : tally.details().ends()) {
      Double position = end.value().positionSeconds();
      long[] key = PlayheadLog.keyOf(end.order(), EventType.BUFFERING_END, position);
      ends.put(tally.log().find(key), end.value());
    }
  }

  /** One row for each wait, in the order of the session. */
  static List<Stall> rows(SessionTally tally, Waits waits) {
    return tally.details().isWithoutWaits() ? List.of() : new WaitReport(tally, waits).rows();
  }

  private static Stall.Session session(SessionTally tally) {
    SessionClaim owner = tally.opening().claim();
    Opening.Facts opening = tally.opening().facts();
    Opening.Media media = Reported.valueOf(opening.media());
    return new Stall.Session(
        tally.sessionId(),
        owner.orgId(),
        owner.patientId(),
        media == null ? null : media.mediaId(),
        Reported.valueOf(opening.renderId()));
  }

  private List<Stall> rows() {
    EventIds ids = new EventIds(EventType.BUFFERING_START);
    List<Stall> rows = new ArrayList<>();
    for (Reported<EventData.BufferingStart> start : tally.details().starts()) {
      UUID id = ids.of(start.order());
      Double position = start.value().positionSeconds();
      long[] key = PlayheadLog.keyOf(start.order(), EventType.BUFFERING_START, position);
      Waits.Wait wait = byStart.remove(tally.log().find(key));
      if (id != null && wait != null) {
        rows.add(row(id, start.value(), wait));
      }
    }
    return rows;
  }

  private Stall row(UUID id, EventData.BufferingStart start, Waits.Wait wait) {
    Ending ending = Ending.of(this, wait);
    return new Stall(
        id,
        session,
        wait.cause(),
        start.positionSeconds(),
        tally.timeline().at(wait.startMs()),
        ending.atMs,
        ending.durationMs,
        ending.by,
        new Stall.Quality(start.bitrateBefore(), start.resolutionBefore()),
        ending.after,
        start.cdnResponseTimeMs(),
        start.network().connectionType(),
        start.network().effectiveBandwidth(),
        ending.recovered,
        tally.eventsSeen());
  }

  /** How a wait ended, if it has. */
  private record Ending(
      Long atMs, Long durationMs, EndedBy by, Stall.Quality after, Boolean recovered) {
    static final Ending NOT_YET = new Ending(null, null, null, Stall.Quality.UNKNOWN, null);

    static Ending of(WaitReport report, Waits.Wait wait) {
      Timeline times = report.tally.timeline();
      if (wait.cause() == WaitCause.CONTINUED) {
        return new Ending(times.at(wait.startMs()), 0L, null, Stall.Quality.UNKNOWN, null);
      } else if (wait.endedBy() == null) {
        return report.tally.isOver() ? silence(times, wait) : NOT_YET;
      }
      EventData.BufferingEnd end = report.ends.get(wait.end());
      Long measured = end == null ? null : end.durationMs();
      EndedBy by = wait.endedBy(measured);
      long length = wait.lengthMs(measured);
      if (by == EndedBy.BUFFERING_END && end != null) {
        return new Ending(
            times.at(wait.endMs()),
            length,
            by,
            new Stall.Quality(end.bitrateAfter(), end.resolutionAfter()),
            end.recovered() == null || end.recovered());
      }
      boolean recovered = by == EndedBy.BUFFERING_END;
      return new Ending(
          times.at(wait.startMs() + length), length, by, Stall.Quality.UNKNOWN, recovered);
    }

    /** No event ended it before the session was over: it lasted as long as events show. */
    private static Ending silence(Timeline times, Waits.Wait wait) {
      return new Ending(
          times.at(wait.lastHeardMs()),
          wait.lengthMs(null),
          EndedBy.SILENCE,
          Stall.Quality.UNKNOWN,
          Boolean.FALSE);
    }
  }

  /** Whether every wait of the session has a row. */
  static boolean isWhole(SessionTally tally) {
    return tally.count(EventType.BUFFERING_START) <= EventDetails.MAX_WAITS
        && !tally.details().isFull()
        && !tally.log().isFull();
  }

  /** How many waits were stalls; what a full log has no room for counts as one. */
  static int stalls(SessionTally tally, List<Stall> waits) {
    int others = 0;
    for (Stall wait : waits) {
      others += wait.isStall() ? 0 : 1;
    }
    return Math.max(waits.size(), tally.count(EventType.BUFFERING_START)) - others;
  }

  /** The sum of the stalls that have ended. */
  static long stallMs(List<Stall> waits) {
    long sum = 0;
    for (Stall wait : waits) {
      sum += wait.isStall() && wait.durationMs() != null ? wait.durationMs() : 0;
    }
    return sum;
  }
}
