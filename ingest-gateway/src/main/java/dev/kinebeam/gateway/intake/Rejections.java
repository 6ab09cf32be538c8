package dev.kinebeam.gateway.intake;

import dev.kinebeam.gateway.auth.Principal;
import dev.kinebeam.gateway.log.LogRecord;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Topics;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes dead letters of {@code media-events-rejected}: the value is what was sent, byte for byte;
 * the reason and where it came from stand in the headers.
 */
final class Rejections {
  /** What one record can hold; only a body of garbage is ever larger, and is cut. */
  private static final int MOST_BYTES = 512 * 1024;

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
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("stage", "gateway");
    headers.put("scope", scope == Scope.EVENT ? "event" : "body");
    headers.put("reason_code", reason.code());
    headers.put("reason_field", reason.field());
    headers.put("reason_message", reason.message());
    headers.put("org_id", patient.orgId().toString());
    headers.put("patient_id", patient.subject().toString());
    headers.put("received_at", Long.toString(receivedAtMs));
    headers.put("bytes", Integer.toString(sent.length));
    byte[] value = sent.length > MOST_BYTES ? Arrays.copyOf(sent, MOST_BYTES) : sent;
    return LogRecord.of(Topics.MEDIA_EVENTS_REJECTED, patient.subject().toString(), value, headers);
  }
}
