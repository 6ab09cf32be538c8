package dev.kinebeam.schemas.event;

import java.util.UUID;

/**
 * One valid event of a player.
 *
 * @param eventId as sent, else derived from (session, event, timestamp, data), so that a retry
 *     stays the same event
 * @param timestampMs the patient's clock, milliseconds since the epoch
 * @param seq the player's per-session counter from 0, or {@link #NO_SEQ}
 * @param mediaId hashed by the client; always there on session_start, else null
 * @param mediaType {@code video} unless the player says otherwise; null where mediaId is
 * @param renderId the composed render that plays; null if not sent
 */
public record MediaEvent(
    UUID eventId,
    EventType type,
    UUID sessionId,
    long timestampMs,
    int seq,
    String mediaId,
    String mediaType,
    UUID renderId,
    EventData data) {
  /** The player numbers no events. */
  public static final int NO_SEQ = -1;
}
