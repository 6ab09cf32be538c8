package dev.kinebeam.coreapi.clinic;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.schemas.event.SessionStatus;
import java.util.List;
import java.util.UUID;

/** One playback session in a list. */
record SessionSummary(
    @JsonUnwrapped Identity identity,
    @JsonUnwrapped Course course,
    @JsonUnwrapped Viewing viewing,
    @JsonUnwrapped StartUp startUp,
    @JsonUnwrapped Smoothness smoothness,
    @JsonUnwrapped Client client,
    @JsonUnwrapped Faults faults) {

  /**
   * Whose session it is, and of what.
   *
   * @param exercise the slug, where the catalogue knows the media id
   */
  record Identity(UUID sessionId, UUID patientId, String mediaId, String exercise, UUID renderId) {}

  /**
   * From when to when.
   *
   * @param endedAt null while it runs, as is {@code endedBy}
   */
  record Course(
      String startedAt, String endedAt, String lastEventAt, SessionStatus status, String endedBy) {}

  /** How much was watched. */
  record Viewing(boolean startedPlaying, double watchedDurationSeconds, double completionPercent) {}

  /** How long the start took; null where it is not known. */
  record StartUp(Long ttfbMs, Long videoLoadTimeMs) {}

  /** How smoothly it played. */
  record Smoothness(int stallCount, long stallDurationMs, Long avgBitrate, String peakResolution) {}

  /** What it played on; null where it is not known. */
  record Client(
      String connectionType, String device, String os, String browser, String appVersion) {}

  /** What went wrong. */
  record Faults(long errorCount, List<String> errorTypes, boolean fatalError) {}
}
