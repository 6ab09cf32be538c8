package dev.kinebeam.pipelines.sessions;

import java.util.List;

/** The rows of a played session, for tests of what is done with them. */
public final class MeasuredRows {
  private MeasuredRows() {}

  public static SessionMetrics session(Played played) {
    return played.measured().metrics();
  }

  public static List<Stall> stalls(Played played) {
    return played.measured().waits();
  }
}
