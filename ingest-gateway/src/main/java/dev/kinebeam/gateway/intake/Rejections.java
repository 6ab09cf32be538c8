package dev.kinebeam.gateway.intake;

import dev.kinebeam.gateway.auth.Principal;
import dev.kinebeam.gateway.log.LogRecord;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.DeadLetter;
import java.util.Map;

/**
 * Makes the dead letters of {@code media-events-rejected}: the value holds the reason and what was
 * sent, byte for byte; whose it was and when it came stand in the headers, for a replay.
 */
final class Rejections {
  private Rejections() {}

  /** What was refused. */
  enum Scope {
    /** One event of a batch. */
    EVENT,
    /** A whole body that no event could be read from. */
    BODY
  }

  static LogRecord letter(
      Scope scope, FieldError reason, byte[] sent, Principal patient, long receivedAtMs) {
    return LogRecord.of(
        Topics.MEDIA_EVENTS_REJECTED,
        patient.subject().toString(),
        DeadLetter.of("gateway", reason, sent).encode(),
        Map.of(
            "scope", scope == Scope.EVENT ? "event" : "body",
            "org_id", patient.orgId().toString(),
            "patient_id", patient.subject().toString(),
            "received_at", Long.toString(receivedAtMs),
            "bytes", Integer.toString(sent.length)));
  }
}
