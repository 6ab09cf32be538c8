package dev.kinebeam.schemas.event;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an event says beside its identity; one record for each {@link EventType}. Any component may
 * be null: the player sent null or nothing (browsers without an API send null), or a value that
 * cannot be corrected. Partial data is better than none. Flags that are not sent are false. Seconds
 * and Mb/s are decimals, milliseconds, counts and bits per second are whole numbers.
 */
public sealed interface EventData {
  /** Where the playhead stands after the event, in seconds; empty if the event does not say. */
  default Optional<Double> playheadSeconds() {
    return Optional.ofNullable(playhead());
  }

  private @Nullable Double playhead() {
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
      @Nullable Double totalDurationSeconds,
      @Nullable Long ttfbMs,
      @Nullable Long videoLoadTimeMs,
      @Nullable Long cdnResponseTimeMs,
      Network network,
      @Nullable Long initialBitrate,
      @Nullable String initialResolution)
      implements EventData {}

  /** Playback begins or resumes. */
  record Play(@Nullable Double positionSeconds, boolean isResume) implements EventData {}

  /** The viewer pauses. */
  record Pause(@Nullable Double positionSeconds) implements EventData {}

  /** The viewer scrubs. */
  record Seek(@Nullable Double fromSeconds, @Nullable Double toSeconds) implements EventData {}

  /** The periodic report, every 10 s of playback; counters are totals of the session so far. */
  record Heartbeat(
      @Nullable Double positionSeconds,
      Totals totals,
      @Nullable Long currentBitrate,
      @Nullable Long avgBitrate,
      @Nullable Long peakBitrate,
      @Nullable String currentResolution,
      Network network)
      implements EventData {}

  /** The buffer ran empty. */
  record BufferingStart(
      @Nullable Double positionSeconds,
      @Nullable Long bitrateBefore,
      @Nullable String resolutionBefore,
      @Nullable Long cdnResponseTimeMs,
      Network network)
      implements EventData {}

  /** Playback resumed after a stall, or gave up ({@code recovered} false). */
  record BufferingEnd(
      @Nullable Double positionSeconds,
      @Nullable Long durationMs,
      @Nullable Long bitrateAfter,
      @Nullable String resolutionAfter,
      @Nullable Boolean recovered)
      implements EventData {}

  /** The adaptive player switched its rendition. */
  record QualityChange(
      @Nullable Double positionSeconds,
      @Nullable Long fromBitrate,
      @Nullable Long toBitrate,
      @Nullable String fromResolution,
      @Nullable String toResolution,
      @Nullable String reason)
      implements EventData {}

  /** The viewer reached 25, 50, 75 or 95 percent. */
  record Milestone(
      @Nullable Integer milestonePercent,
      @Nullable Double positionSeconds,
      @Nullable Double elapsedRealSeconds)
      implements EventData {}

  /** Something failed in the player. */
  record PlaybackError(
      @Nullable String errorCode,
      @Nullable String errorMessage,
      @Nullable Double positionSeconds,
      boolean isFatal,
      @Nullable String recoveryAction)
      implements EventData {}

  /** The player closed the session. {@code status} is null where it sent none. */
  record SessionEnd(
      @Nullable Double finalPositionSeconds, @Nullable SessionStatus status, Totals totals)
      implements EventData {}

  /** The connection as the browser sees it; effective bandwidth in Mb/s. */
  record Network(
      @Nullable String connectionType, @Nullable Double effectiveBandwidth, @Nullable Long rttMs) {
    /** Nothing known: Safari and Firefox have no such API. */
    public static final Network UNKNOWN = new Network(null, null, null);
  }

  /** Counters that only grow within a session. */
  record Totals(
      @Nullable Double watchedDurationSeconds,
      @Nullable Double completionPercent,
      @Nullable Long bufferingCount,
      @Nullable Long bufferingDurationMs,
      @Nullable Long bitrateSwitches,
      @Nullable Long resolutionSwitches,
      @Nullable Long droppedFrames,
      @Nullable Long totalFrames,
      @Nullable Long errorCount,
      List<String> errorTypes) {}
}
