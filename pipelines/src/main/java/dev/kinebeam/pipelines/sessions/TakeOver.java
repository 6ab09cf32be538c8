package dev.kinebeam.pipelines.sessions;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.DeadLetter;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * A person sent events for a session of another person: they were refused and changed nothing in
 * its rows.
 *
 * @param orgId and {@code patientId}: who sent them
 * @param ownerOrgId the organisation whose session it is
 * @param events how many were refused this time
 * @param firstReceivedMs when the gateway first heard of the sender in this session
 * @param lastReceivedMs when it last did
 */
public record TakeOver(
    UUID sessionId,
    UUID orgId,
    UUID patientId,
    UUID ownerOrgId,
    int events,
    long firstReceivedMs,
    long lastReceivedMs) {
  /** The dead letter that keeps it; the events themselves are in the archive. */
  public DeadLetter deadLetter() {
    String message =
        "session_id "
            + sessionId
            + " belongs to another patient; "
            + events
            + " events of patient "
            + patientId
            + " were refused";
    return DeadLetter.of(
        "telemetry",
        new FieldError("session_id", DeadLetter.SESSION_OF_ANOTHER, message),
        Json.bytes(this));
  }

  /**
   * What {@link #deadLetter} kept; nothing for a dead letter about something else.
   *
   * @throws IllegalArgumentException when a dead letter of this code holds no take-over
   */
  public static Optional<TakeOver> of(DeadLetter deadLetter) {
    if (!DeadLetter.SESSION_OF_ANOTHER.equals(deadLetter.reason().code())) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.MAPPER.readValue(deadLetter.originalBytes(), TakeOver.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "a dead letter of "
              + DeadLetter.SESSION_OF_ANOTHER
              + " holds no take-over: "
              + Json.reason(e),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "a dead letter of " + DeadLetter.SESSION_OF_ANOTHER + " cannot be read", e);
    }
  }
}
