package dev.kinebeam.trials.drill;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import java.util.List;
import java.util.Optional;

/**
 * What a drill found.
 *
 * @param accepted different events that were confirmed as durable
 * @param lost events and dead letters that are nowhere, and rows that are missing
 * @param doubled events that were counted twice, and rows that are there twice
 * @param mismatched rows of sessions and stalls that differ from what was sent in any field
 * @param weeklyWrong rows of the weekly counts that differ from a recount of the sessions
 * @param recoveredSeconds from the fault until rows held an event that was accepted after it; -1
 *     when they never did
 * @param restarts of the job by Flink itself in this drill
 * @param retried requests that players had to send again
 * @param loss of the database, where the drill was about it
 */
record DrillOutcome(
    Fault fault,
    long accepted,
    long sessions,
    long stalls,
    long deadLetters,
    long lost,
    long doubled,
    long mismatched,
    long weeklyWrong,
    double recoveredSeconds,
    long restarts,
    long retried,
    Optional<DatabaseLoss.Report> loss,
    List<String> surprises) {

  boolean isClean() {
    return lost == 0
        && doubled == 0
        && mismatched == 0
        && weeklyWrong == 0
        && surprises.isEmpty()
        && recoveredSeconds >= 0
        && accepted > 0;
  }

  /** One line. */
  String json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("drill", fault.command());
    loss.ifPresent(
        report -> {
          json.put("rpo_seconds", report.lostSeconds());
          json.put("rto_database_seconds", report.databaseSeconds());
          json.put("rto_seconds", report.rowsSeconds());
          json.put("sessions_from_archive", report.sessionsMissing());
          json.put("rows_gone", report.rowsGone());
        });
    json.put("lost", lost);
    json.put("doubled", doubled);
    json.put("mismatched", mismatched);
    json.put("weekly_wrong", weeklyWrong);
    json.put("recovered_seconds", Math.round(recoveredSeconds * 10) / 10.0);
    json.put("events_accepted", accepted);
    json.put("sessions", sessions);
    json.put("stalls", stalls);
    json.put("dead_letters", deadLetters);
    json.put("requests_retried", retried);
    json.put("job_restarts", restarts);
    json.put("surprises", surprises.size());
    return json.toString();
  }
}
