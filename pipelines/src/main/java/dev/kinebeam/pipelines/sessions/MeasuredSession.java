package dev.kinebeam.pipelines.sessions;

import java.util.List;

/** A session as rows. */
public record MeasuredSession(SessionMetrics metrics, List<Stall> stalls) {
  public MeasuredSession {
    stalls = List.copyOf(stalls);
  }

  /** The rows of a tally; pure, so equal tallies give equal rows. */
  public static MeasuredSession of(SessionTally tally) {
    List<Stall> stalls = StallReport.waits(tally);
    return new MeasuredSession(SessionReport.metrics(tally, stalls), stalls);
  }
}
