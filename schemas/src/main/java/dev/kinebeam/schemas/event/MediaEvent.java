package dev.kinebeam.schemas.event;

import dev.kinebeam.schemas.UuidV5;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One valid event of a player.
 *
 * @param eventId as sent, else derived from (session, event, timestamp, data), so that a retry
 *     stays the same event
 * @param timestampMs the patient's clock, milliseconds since the epoch
 * @param seq the player's per-session counter from 0, or {@link #NO_SEQ}
 * @param mediaId hashed by the client; null if not sent, on any type of event
 * @param mediaType {@code video} unless the player says otherwise; null where mediaId is
 * @param renderId the composed render that plays; null if not sent
 * @param corrections which fields were sent in another form, at most one for each field; almost
 *     always none
 */
public record MediaEvent(
    UUID eventId,
    EventType type,
    UUID sessionId,
    long timestampMs,
    int seq,
    @Nullable String mediaId,
    @Nullable String mediaType,
    @Nullable UUID renderId,
    EventData data,
    List<Correction> corrections) {
  /** The player numbers no events. */
  public static final int NO_SEQ = -1;

  public MediaEvent {
    corrections = List.copyOf(corrections);
  }

  /** An event that was sent as the contract says. */
  public MediaEvent(
      UUID eventId,
      EventType type,
      UUID sessionId,
      long timestampMs,
      int seq,
      @Nullable String mediaId,
      @Nullable String mediaType,
      @Nullable UUID renderId,
      EventData data) {
    this(eventId, type, sessionId, timestampMs, seq, mediaId, mediaType, renderId, data, List.of());
  }

  /** Whether a field of it was corrected. */
  public boolean wasCorrected() {
    return !corrections.isEmpty();
  }

  /** What makes it the same event as another one of its session. */
  public Identity identity() {
    return new Identity(eventId, type, timestampMs);
  }

  /** The same event under the id that its record carries. */
  MediaEvent withId(UUID id) {
    return new MediaEvent(
        id, type, sessionId, timestampMs, seq, mediaId, mediaType, renderId, data, corrections);
  }

  /**
   * The identity of an event within its session. Players that give one id to two events are common
   * enough that the id alone would lose one of them.
   *
   * @param timestampMs the patient's clock as sent
   */
  public record Identity(UUID eventId, EventType type, long timestampMs) {
    /**
     * The id of an event whose own id an earlier event of its type has: a UUIDv5 of the timestamp,
     * in milliseconds since the epoch and decimal digits, within the event's id.
     */
    public UUID secondId() {
      return UuidV5.of(eventId, Long.toString(timestampMs));
    }
  }
}
