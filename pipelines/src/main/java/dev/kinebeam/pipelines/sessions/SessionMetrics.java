package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.SessionStatus;
import java.util.List;
import java.util.UUID;

/**
 * One row of {@code media_session_metrics}: what a session came to, so far or for good. Null stands
 * for what no event has reported; times are milliseconds since the epoch, corrected where the
 * patient's clock was wrong.
 */
public record SessionMetrics(
    Identity identity,
    StartUp startUp,
    Playback playback,
    Smoothness smoothness,
    Network network,
    Device device,
    Faults faults,
    Trust trust,
    Completion completion,
    Clock clock) {

  /** A row that does not know what its status and its times are derived from. */
  public SessionMetrics(
      Identity identity,
      StartUp startUp,
      Playback playback,
      Smoothness smoothness,
      Network network,
      Device device,
      Faults faults,
      Trust trust) {
    this(
        identity,
        startUp,
        playback,
        smoothness,
        network,
        device,
        faults,
        trust,
        Completion.UNKNOWN,
        Clock.UNKNOWN);
  }

  /**
   * Raised when a column changes its meaning. 2: waits in start-up and after a seek are not stalls;
   * {@code asked_to_play} came. 3: waits end with whatever shows that they are over; {@code
   * started_playing} and the status {@code completed} need evidence; watched time has a limit.
   */
  public static final int VERSION = 3;

  /** {@code ended_by}: the player said so. */
  public static final String BY_CLIENT = "client";

  /** {@code ended_by}: no event came for too long. */
  public static final String BY_TIMEOUT = "timeout";

  /** From here on a session counts as {@link SessionStatus#COMPLETED}. */
  public static final double COMPLETED_PERCENT = 95;

  /**
   * Who, what and when.
   *
   * @param endedAtMs null while the session runs
   * @param endedBy {@link #BY_CLIENT}, {@link #BY_TIMEOUT}, or null while it runs
   */
  public record Identity(
      UUID sessionId,
      UUID orgId,
      UUID patientId,
      String mediaId,
      String mediaType,
      UUID renderId,
      long startedAtMs,
      Long endedAtMs,
      long lastEventAtMs,
      SessionStatus status,
      String endedBy) {}

  /**
   * As the first {@code session_start} reports it; what that leaves out is unknown.
   *
   * @param askedToPlay the player had set out to load or to play the video: what start failures and
   *     exits before the start are counted among
   * @param startedPlaying watched time, frames or a moved playhead show that it played
   */
  public record StartUp(
      Long ttfbMs,
      Long videoLoadTimeMs,
      Long cdnResponseTimeMs,
      Double totalDurationSeconds,
      Long initialBitrate,
      String initialResolution,
      boolean askedToPlay,
      boolean startedPlaying) {}

  /**
   * Counts are of different events; seconds and percent are the greatest reported, watched time at
   * most what {@link WatchedTime} allows.
   */
  public record Playback(
      double watchedDurationSeconds,
      double completionPercent,
      double maxPositionSeconds,
      Double finalPositionSeconds,
      int plays,
      int pauses,
      int seeks,
      int milestonePercent,
      int heartbeats) {}

  /**
   * How smoothly it played.
   *
   * @param bufferingCount and {@code totalBufferingDurationMs}: the player's own totals
   * @param stallCount and {@code stallDurationMs}: derived again from the stall events, without the
   *     waits of start-up and after seeks
   */
  public record Smoothness(
      long bufferingCount,
      long totalBufferingDurationMs,
      int stallCount,
      long stallDurationMs,
      long bitrateSwitches,
      long resolutionSwitches,
      Long avgBitrate,
      Long peakBitrate,
      String peakResolution,
      long droppedFrames,
      long totalFrames) {}

  /** As last reported; bandwidths in Mb/s. */
  public record Network(
      String connectionType, Double effectiveBandwidth, Double minBandwidth, Long rttMs) {}

  /** As last reported. */
  public record Device(String device, String os, String browser, String appVersion) {}

  /**
   * What went wrong.
   *
   * @param errorCount the greater of the player's own total and the error events that arrived
   * @param errorTypes each code once, sorted
   */
  public record Faults(long errorCount, List<String> errorTypes, boolean fatalError) {}

  /**
   * How far the row can be believed.
   *
   * @param eventsSeen different events that the row is made from
   * @param eventsMissing gaps in the player's counter
   * @param eventsCorrected different events of which a field was corrected
   * @param countersDisagree the player's closing totals are not those of its events, whichever
   *     waits it counts, or its watched time was cut
   * @param clockSkewMs the least of (received − sent); null when no sending time came along
   */
  public record Trust(
      int eventsSeen,
      int eventsMissing,
      int eventsCorrected,
      boolean countersDisagree,
      int metricsVersion,
      Long clockSkewMs) {}

  /**
   * What the status is derived from beside watched time, duration and percentage, so that rows of
   * different events can be merged.
   *
   * @param watchedReported some event reported watched time
   * @param reportedPositionSeconds the furthest place that a heartbeat, a milestone or a
   *     session_end reported; null if none did
   * @param playedToMilestone the last milestone was reached in a time that playing there takes
   */
  public record Completion(
      boolean watchedReported, Double reportedPositionSeconds, boolean playedToMilestone) {
    /** Nothing known. */
    public static final Completion UNKNOWN = new Completion(false, null, false);
  }

  /**
   * What the times are derived from ({@link Timeline}), so that rows of different events can be
   * merged as the events would have been: a patient's clock may be set right while the session
   * runs. Milliseconds; null in rows from before these were kept.
   *
   * @param firstSaidMs and {@code lastSaidMs}: the first event and the last by the patient's clock
   * @param endSaidMs the last session_end by the patient's clock; null until one comes
   * @param firstHeardMs and {@code lastHeardMs}: the first event and the last by our clock, each
   *     corrected with its own trip alone
   * @param lastReceivedMs when the gateway last received an event of the session
   * @param leastDelayMs the least of (received − sent); null when no sending time came along
   * @param lastSeq the greatest number of the player's counter; null if it does not count
   * @param endSeq the number of the last session_end; null if it has none
   * @param startSaidMs and {@code startSeq}: the same of the first session_start, whose facts the
   *     row has
   * @param mediaSaidMs and {@code mediaSeq}: the same of the first event that names the media
   */
  public record Clock(
      Long firstSaidMs,
      Long lastSaidMs,
      Long endSaidMs,
      Long firstHeardMs,
      Long lastHeardMs,
      Long lastReceivedMs,
      Long leastDelayMs,
      Integer lastSeq,
      Integer endSeq,
      Long startSaidMs,
      Integer startSeq,
      Long mediaSaidMs,
      Integer mediaSeq) {
    /** Nothing known. */
    public static final Clock UNKNOWN =
        new Clock(null, null, null, null, null, null, null, null, null, null, null, null, null);

    /** The same a while later. */
    public Clock later(long ms) {
      return new Clock(
          plus(firstSaidMs, ms),
          plus(lastSaidMs, ms),
          plus(endSaidMs, ms),
          plus(firstHeardMs, ms),
          plus(lastHeardMs, ms),
          plus(lastReceivedMs, ms),
          leastDelayMs,
          lastSeq,
          endSeq,
          plus(startSaidMs, ms),
          startSeq,
          plus(mediaSaidMs, ms),
          mediaSeq);
    }

    private static Long plus(Long time, long ms) {
      return time == null ? null : (Long) (time + ms);
    }
  }
}
