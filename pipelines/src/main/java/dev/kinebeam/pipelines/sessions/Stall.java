package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.WaitCause;
import java.util.Locale;
import java.util.UUID;

/**
 * One row of {@code media_waits}: one time that playback waited for data. The view {@code
 * media_buffering_events} shows those that are stalls.
 *
 * @param stallId the id of the {@code buffering_start} event; with its session's id it is the key
 * @param cause only a {@link WaitCause#STALL} counts in the session's stalls
 * @param positionSeconds null where the event did not name it
 * @param endedAtMs null while the wait lasts
 * @param durationMs null while the wait lasts
 * @param endedBy null while the wait lasts, and for one that continues another
 * @param recovered null likewise; true only where the player reported that playback resumed
 * @param eventsSeen how many events of the session the row was made from
 */
public record Stall(
    UUID stallId,
    Session session,
    WaitCause cause,
    Double positionSeconds,
    long startedAtMs,
    Long endedAtMs,
    Long durationMs,
    EndedBy endedBy,
    Quality before,
    Quality after,
    Long cdnResponseTimeMs,
    String connectionType,
    Double effectiveBandwidth,
    Boolean recovered,
    int eventsSeen) {

  /** What ended a wait. */
  public enum EndedBy {
    /** The player said that it was over, or that it gave up. */
    BUFFERING_END,
    /** The viewer paused; what was waited afterwards does not count. */
    PAUSE,
    /** The viewer went elsewhere. */
    SEEK,
    /** A fatal error. */
    ERROR,
    /** The player was loaded again. */
    SESSION_START,
    /** The player closed the session. */
    SESSION_END,
    /** Another wait began elsewhere. */
    BUFFERING_START,
    /** The playhead had moved. */
    PLAYHEAD,
    /** No event for a minute, or none at all until the session was closed. */
    SILENCE;

    /** As the column holds it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whose wait it is. */
  public record Session(
      UUID sessionId, UUID orgId, UUID patientId, String mediaId, UUID renderId) {}

  /** A rendition; either part may be null. */
  public record Quality(Long bitrate, String resolution) {
    static final Quality UNKNOWN = new Quality(null, null);
  }

  boolean isStall() {
    return cause == WaitCause.STALL;
  }
}
