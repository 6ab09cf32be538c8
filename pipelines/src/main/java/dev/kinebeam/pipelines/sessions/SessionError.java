package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One row of {@code media_session_errors}: one of the first {@link EventDetails#MAX_ERRORS} errors
 * of a session, so that its timeline needs no archive.
 *
 * @param errorId the id of the {@code error} event; with its session's id it is the key
 * @param positionSeconds null where the event did not name it
 * @param message at most {@link EventDetails#LONGEST_MESSAGE} characters
 * @param eventsSeen how many events of the session the row was made from
 */
public record SessionError(
    UUID errorId,
    UUID sessionId,
    UUID orgId,
    UUID patientId,
    long occurredAtMs,
    Double positionSeconds,
    String code,
    String message,
    boolean fatal,
    int eventsSeen) {

  /** In the order of the session. */
  static List<SessionError> of(SessionTally tally) {
    if (tally.count(EventType.ERROR) == 0) {
      return List.of();
    }
    SessionClaim owner = tally.opening().claim();
    EventIds ids = new EventIds(EventType.ERROR);
    List<SessionError> errors = new ArrayList<>();
    for (Reported<EventData.PlaybackError> error : tally.details().errors()) {
      UUID id = ids.of(error.order());
      if (id != null) {
        EventData.PlaybackError it = error.value();
        errors.add(
            new SessionError(
                id,
                tally.sessionId(),
                owner.orgId(),
                owner.patientId(),
                tally.timeline().at(error.order().timestampMs()),
                it.positionSeconds(),
                it.errorCode(),
                it.errorMessage(),
                it.isFatal(),
                tally.eventsSeen()));
      }
    }
    return errors;
  }
}
