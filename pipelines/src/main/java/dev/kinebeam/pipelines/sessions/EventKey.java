package dev.kinebeam.pipelines.sessions;

import java.util.UUID;

/**
 * What a row that one event of a session began is found by. Players make the ids of events, so one
 * is only to be trusted inside its session.
 */
record EventKey(UUID sessionId, UUID eventId) implements Comparable<EventKey> {
  @Override
  public int compareTo(EventKey other) {
    int bySession = sessionId.compareTo(other.sessionId);
    return bySession != 0 ? bySession : eventId.compareTo(other.eventId);
  }
}
