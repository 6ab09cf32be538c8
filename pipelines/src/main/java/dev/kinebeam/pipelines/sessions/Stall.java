package dev.kinebeam.pipelines.sessions;

import java.util.Locale;
import java.util.UUID;

/**
 * One row of {@code media_buffering_events}: one time that playback waited for data.
 *
 * @param stallId the id of the {@code buffering_start} event; one stall is told from another by
 *     this and its session's id
 * @param cause only a {@link Cause#STALL} counts in the session's stalls
 * @param endedAtMs null while the stall lasts; a stall that never ends is closed with its session
 * @param recovered null while the stall lasts; false for one that never ended or gave up
 * @param eventsSeen how many events of the session were known when this was told
 */
public record Stall(
    UUID stallId,
    Session session,
    Cause cause,
    double positionSeconds,
    long startedAtMs,
    Long endedAtMs,
    Long durationMs,
    Quality before,
    Quality after,
    Long cdnResponseTimeMs,
    String connectionType,
    Double effectiveBandwidth,
    Boolean recovered,
    int eventsSeen) {

  /** Why playback waited. */
  public enum Cause {
    /** The buffer ran empty while the video played. */
    STALL,
    /** The first frame was still to come. */
    STARTUP,
    /** The viewer had jumped to where nothing was loaded yet. */
    SEEK;

    /** As the column holds it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whose stall it is. */
  public record Session(
      UUID sessionId, UUID orgId, UUID patientId, String mediaId, UUID renderId) {}

  /** A rendition; either part may be null. */
  public record Quality(Long bitrate, String resolution) {
    static final Quality UNKNOWN = new Quality(null, null);
  }

  /** Closed with its session, for want of an end of its own. */
  boolean neverEnded() {
    return Boolean.FALSE.equals(recovered) && after.equals(Quality.UNKNOWN);
  }
}
