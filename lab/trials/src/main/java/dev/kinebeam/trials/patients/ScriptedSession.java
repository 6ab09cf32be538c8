package dev.kinebeam.trials.patients;

import java.util.List;
import java.util.SortedMap;
import java.util.UUID;

/**
 * A whole session written down before it is played, with the rows that it must leave behind. The
 * expectations are kept by the player as it acts, and owe nothing to the pipeline's own arithmetic.
 *
 * @param behaviour what the patient does, for reports
 * @param events in the order they happen
 * @param metrics expected columns of media_session_metrics; times are milliseconds after the
 *     session began
 * @param stalls expected rows of media_waits, likewise
 * @param lengthMs from the first event to the last
 */
public record ScriptedSession(
    UUID sessionId,
    Behaviour behaviour,
    List<ScriptedEvent> events,
    SortedMap<String, Object> metrics,
    List<SortedMap<String, Object>> stalls,
    long lengthMs) {

  /** A column's value that is a time: milliseconds after the session began. */
  public record Offset(long ms) {}
}
