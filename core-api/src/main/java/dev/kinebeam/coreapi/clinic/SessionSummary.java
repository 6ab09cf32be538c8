package dev.kinebeam.coreapi.clinic;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.schemas.event.SessionStatus;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
   * @param personalVideoId there where it played a video that was recorded for the patient
   */
  record Identity(
      UUID sessionId,
      UUID patientId,
      @Nullable String mediaId,
      @Nullable String exercise,
      @Nullable UUID renderId,
      @Nullable Long personalVideoId,
      @JsonUnwrapped Names names) {}

  /**
   * How people call the patient and the exercise.
   *
   * @param patientName null where the clinic has not entered the patient
   * @param exerciseName null where the catalogue does not know the media id
   */
  record Names(@Nullable String patientName, @Nullable String exerciseName) {}

  /**
   * From when to when.
   *
   * @param endedAt null while it runs, as is {@code endedBy}
   */
  record Course(
      String startedAt,
      @Nullable String endedAt,
      String lastEventAt,
      SessionStatus status,
      @Nullable String endedBy) {}

  /** How much was watched. */
  record Viewing(boolean startedPlaying, double watchedDurationSeconds, double completionPercent) {}

  /** How long the start took; null where it is not known. */
  record StartUp(@Nullable Long ttfbMs, @Nullable Long videoLoadTimeMs) {}

  /** How smoothly it played. */
  record Smoothness(
      int stallCount,
      long stallDurationMs,
      @Nullable Long avgBitrate,
      @Nullable String peakResolution) {}

  /** What it played on; null where it is not known. */
  record Client(
      @Nullable String connectionType,
      @Nullable String device,
      @Nullable String os,
      @Nullable String browser,
      @Nullable String appVersion) {}

  /** What went wrong. */
  record Faults(long errorCount, List<String> errorTypes, boolean fatalError) {}
}
