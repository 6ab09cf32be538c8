package dev.kinebeam.gateway.intake;

import dev.kinebeam.gateway.log.LogRecord;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.web.auth.Principal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes the dead letters of {@code media-events-rejected}: the value holds the reason and what was
 * sent, byte for byte; its owner and time of receipt are in the headers, for a replay.
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

  /**
   * Where what was refused came from.
   *
   * @param sentAtMs the patient's clock when the batch left, or {@link MediaRecord#UNKNOWN_TIME}
   */
  record Origin(Principal patient, long receivedAtMs, long sentAtMs, MediaRecord.Client client) {}

  static LogRecord deadLetter(Scope scope, FieldError reason, byte[] sent, Origin origin) {
    Principal patient = origin.patient();
    Map<String, String> headers = new HashMap<>();
    headers.put("scope", scope == Scope.EVENT ? "event" : "body");
    headers.put("org_id", patient.orgId().toString());
    headers.put("patient_id", patient.subject().toString());
    headers.put("received_at", Long.toString(origin.receivedAtMs()));
    headers.put("bytes", Integer.toString(sent.length));
    headers.put("client", new String(Json.bytes(origin.client()), StandardCharsets.UTF_8));
    if (origin.sentAtMs() != MediaRecord.UNKNOWN_TIME) {
      headers.put("sent_at", Long.toString(origin.sentAtMs()));
    }
    return LogRecord.of(
        Topics.MEDIA_EVENTS_REJECTED,
        patient.subject().toString(),
        DeadLetter.of("gateway", reason, sent).encode(),
        headers);
  }
}
