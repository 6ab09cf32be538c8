package dev.kinebeam.coreapi.clinic;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.schemas.event.WaitCause;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One session, its stalls and what happened in it.
 *
 * @param details the row's other columns, by name, those that are not known left out
 * @param video what was played; null where the catalogue does not know it
 */
record SessionDetail(
    @JsonUnwrapped SessionSummary session,
    Map<String, Object> details,
    List<Stall> stalls,
    @JsonUnwrapped Timeline timeline,
    @JsonUnwrapped Link recording,
    @Nullable SessionVideo video) {

  /**
   * What happened.
   *
   * @param timeline in the order of {@code at}
   * @param timelineSource {@code recording}, or {@code row} where there is none: the start, the
   *     stalls and the end alone
   */
  record Timeline(List<Moment> timeline, String timelineSource, boolean timelineTruncated) {}

  /**
   * Where the recording is.
   *
   * @param recordingUrl opens the whole recording for an hour; null where there is none
   * @param recordingReason why there is none; null where there is one
   */
  record Link(
      @JsonInclude @Nullable URI recordingUrl,
      @Nullable Recorded recording,
      @Nullable Reason recordingReason) {}

  /**
   * One wait for data.
   *
   * @param cause only a {@link WaitCause#STALL} counts as a stall
   * @param recovered false where the session ended in it
   * @param judgement where it came from; null for waits that are not stalls
   */
  record Stall(
      UUID stallId,
      WaitCause cause,
      @Nullable Double positionSeconds,
      @JsonUnwrapped Span span,
      @JsonUnwrapped Rendition rendition,
      @JsonUnwrapped Connection connection,
      @Nullable Boolean recovered,
      @JsonUnwrapped StallVerdict.@Nullable Judgement judgement) {
    /** The same stall with a verdict. */
    Stall judged(StallVerdict.Judgement verdict) {
      return new Stall(
          stallId, cause, positionSeconds, span, rendition, connection, recovered, verdict);
    }
  }

  /** From when to when, and what ended it; null while it lasts. */
  record Span(
      String startedAt,
      @Nullable String endedAt,
      @Nullable Long durationMs,
      @Nullable String endedBy) {}

  /** What was played before and after; null where it is not known. */
  record Rendition(
      @Nullable Long bitrateBefore,
      @Nullable Long bitrateAfter,
      @Nullable String resolutionBefore,
      @Nullable String resolutionAfter) {}

  /** What it was fetched over; null where it is not known. */
  record Connection(
      @Nullable Long cdnResponseTimeMs,
      @Nullable String connectionType,
      @Nullable Double effectiveBandwidth) {}

  /**
   * Something that happened.
   *
   * @param kind start_up, play, pause, seek, stall, wait, quality_change, milestone, error or end;
   *     a wait is one in start-up or after a seek
   * @param offsetMs since the session's start
   * @param details a JSON object as text: of a recorded event its data, as the player sent it
   */
  record Moment(
      String at,
      long offsetMs,
      String kind,
      @Nullable Double positionSeconds,
      @JsonRawValue String details) {}

  /**
   * What the link leads to.
   *
   * @param complete whether it holds every event that the session's row counted
   */
  record Recorded(
      String expiresAt, String madeAt, int events, boolean complete, boolean truncated) {}

  /** Why there is no recording. */
  record Reason(String code, String message) {}
}
