package dev.kinebeam.pipelines.sessions;

import java.util.List;

/**
 * A session as rows.
 *
 * @param waits all waits, the stalls among them
 */
public record MeasuredSession(
    SessionMetrics metrics, List<Stall> waits, List<SessionError> errors) {
  public MeasuredSession {
    waits = List.copyOf(waits);
    errors = List.copyOf(errors);
  }

  /** The rows of a tally; pure, so equal tallies give equal rows. */
  public static MeasuredSession of(SessionTally tally) {
    Waits found = Waits.of(tally.log());
    List<Stall> waits = WaitReport.rows(tally, found);
    return new MeasuredSession(
        SessionReport.metrics(tally, found, waits), waits, SessionError.of(tally));
  }
}
