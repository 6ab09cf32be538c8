package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * The ids of a session's events of one type as keys of rows, asked for in the order of the session.
 * Of two events with one id the later one gets an id of its own.
 */
final class EventIds {
  private final EventType type;
  private final Set<MediaEvent.Identity> seen = new HashSet<>();
  private final Set<UUID> taken = new HashSet<>();

  EventIds(EventType type) {
    this.type = type;
  }

  /** The key of the next event; null if it is an event that was asked for already. */
  UUID of(EventOrder order) {
    MediaEvent.Identity identity =
        new MediaEvent.Identity(order.eventId(), type, order.timestampMs());
    if (!seen.add(identity)) {
      return null;
    }
    return taken.add(order.eventId()) ? order.eventId() : identity.secondId();
  }
}
