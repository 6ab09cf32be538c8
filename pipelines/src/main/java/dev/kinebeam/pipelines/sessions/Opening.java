package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.UUID;

/**
 * What the earliest event of a kind settles for the whole session.
 *
 * @param claim whose session it is
 * @param media what plays
 * @param renderId the composed render that plays
 * @param startUp the player's first start
 */
record Opening(
    Claim claim,
    Reported<Media> media,
    Reported<UUID> renderId,
    Reported<EventData.SessionStart> startUp) {

  record Media(String mediaId, String mediaType) {}

  static Opening of(MediaRecord record, EventOrder order) {
    MediaEvent event = record.event();
    return new Opening(
        new Claim(record.receivedAtMs(), record.orgId(), record.patientId()),
        event.mediaId() == null
            ? null
            : new Reported<>(order, new Media(event.mediaId(), event.mediaType())),
        event.renderId() == null ? null : new Reported<>(order, event.renderId()),
        event.data() instanceof EventData.SessionStart start ? new Reported<>(order, start) : null);
  }

  Opening merge(Opening other) {
    Opening merged =
        new Opening(
            claim.merge(other.claim),
            Reported.earliest(media, other.media),
            Reported.earliest(renderId, other.renderId),
            Reported.earliest(startUp, other.startUp));
    if (merged.equals(this)) {
      return this;
    }
    return merged.equals(other) ? other : merged;
  }
}
