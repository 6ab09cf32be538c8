package dev.kinebeam.schemas.event;

import java.util.List;

/**
 * What an event says beside its identity; one record for each {@link EventType}. Any component may
 * be null: the player sent null or nothing (browsers without an API send null), or a value that
 * cannot be corrected. Partial data is better than none. Flags that are not sent are false. Seconds
 * and Mb/s are decimals, milliseconds, counts and bits per second are whole numbers.
 */
public sealed interface EventData {
  /** Where the playhead stands after the event, in seconds; null if the event does not say. */
  default Double playheadSeconds() {
    if (this instanceof Heartbeat it) {
      return it.positionSeconds;
    } else if (this instanceof Play it) {
      return it.positionSeconds;
    } else if (this instanceof Pause it) {
      return it.positionSeconds;
    } else if (this instanceof Seek it) {
      return it.toSeconds;
    } else if (this instanceof BufferingStart it) {
      return it.positionSeconds;
    } else if (this instanceof BufferingEnd it) {
      return it.positionSeconds;
    } else if (this instanceof QualityChange it) {
      return it.positionSeconds;
    } else if (this instanceof Milestone it) {
      return it.positionSeconds;
    } else if (this instanceof PlaybackError it) {
      return it.positionSeconds;
    } else if (this instanceof SessionEnd it) {
      return it.finalPositionSeconds;
    }
    return null;
  }

  /** The viewer asked for a video; what start-up took is null where it is not known yet. */
  record SessionStart(
      Double totalDurationSeconds,
      Long ttfbMs,
      Long videoLoadTimeMs,
      Long cdnResponseTimeMs,
      Network network,
      Long initialBitrate,
      String initialResolution)
      implements EventData {}

  /** Playback begins or resumes. */
  record Play(Double positionSeconds, boolean isResume) implements EventData {}

  /** The viewer pauses. */
  record Pause(Double positionSeconds) implements EventData {}

  /** The viewer scrubs. */
  record Seek(Double fromSeconds, Double toSeconds) implements EventData {}

  /** The periodic report, every 10 s of playback; counters are totals of the session so far. */
  record Heartbeat(
      Double positionSeconds,
      Totals totals,
      Long currentBitrate,
      Long avgBitrate,
      Long peakBitrate,
      String currentResolution,
      Network network)
      implements EventData {}

  /** The buffer ran empty. */
  record BufferingStart(
      Double positionSeconds,
      Long bitrateBefore,
      String resolutionBefore,
      Long cdnResponseTimeMs,
      Network network)
      implements EventData {}

  /** Playback resumed after a stall, or gave up ({@code recovered} false). */
  record BufferingEnd(
      Double positionSeconds,
      Long durationMs,
      Long bitrateAfter,
      String resolutionAfter,
      Boolean recovered)
      implements EventData {}

  /** The adaptive player switched its rendition. */
  record QualityChange(
      Double positionSeconds,
      Long fromBitrate,
      Long toBitrate,
      String fromResolution,
      String toResolution,
      String reason)
      implements EventData {}

  /** The viewer reached 25, 50, 75 or 95 percent. */
  record Milestone(Integer milestonePercent, Double positionSeconds, Double elapsedRealSeconds)
      implements EventData {}

  /** Something failed in the player. */
  record PlaybackError(
      String errorCode,
      String errorMessage,
      Double positionSeconds,
      boolean isFatal,
      String recoveryAction)
      implements EventData {}

  /** The player closed the session. {@code status} is completed, abandoned, error or null. */
  record SessionEnd(Double finalPositionSeconds, String status, Totals totals)
      implements EventData {}

  /** The connection as the browser sees it; effective bandwidth in Mb/s. */
  record Network(String connectionType, Double effectiveBandwidth, Long rttMs) {
    /** Nothing known: Safari and Firefox have no such API. */
    public static final Network UNKNOWN = new Network(null, null, null);
  }

  /** Counters that only grow within a session. */
  record Totals(
      Double watchedDurationSeconds,
      Double completionPercent,
      Long bufferingCount,
      Long bufferingDurationMs,
      Long bitrateSwitches,
      Long resolutionSwitches,
      Long droppedFrames,
      Long totalFrames,
      Long errorCount,
      List<String> errorTypes) {}
}
