package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderQueue;
import dev.kinebeam.catalog.db.RenderStep;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workout with the state of its videos, as one statement reads it.
 *
 * @param scheduledFor a day of the clinic's time zone
 * @param exercises in the order in which they are done
 */
record Workout(
    UUID id,
    UUID patientId,
    LocalDate scheduledFor,
    WorkoutStatus status,
    History history,
    List<Prescribed> exercises) {
  Workout {
    exercises = List.copyOf(exercises);
  }

  /** Who prescribed it, and when it became what it is. */
  record History(
      String createdBy,
      Instant createdAt,
      Optional<Instant> visibleAt,
      Optional<Instant> endedAt) {}

  /**
   * One exercise of it.
   *
   * @param leftOut its video could not be made, and the workout was released without it
   * @param video the render that plays, or will; null where a personal video is all there is
   * @param newer what takes its place as soon as it is ready
   * @param personal the video that was recorded for the patient, which is played before the render
   */
  record Prescribed(
      int position,
      boolean leftOut,
      Subject exercise,
      Dose dose,
      @Nullable Video video,
      @Nullable Video newer,
      @Nullable Personal personal) {

    /** Whether the exercise's present asset version is another than its video's. */
    boolean isOutdated() {
      return isComposed() && video != null && video.assetVersion < exercise.assetVersion;
    }

    /**
     * Whether its video of the present asset version has to be ordered when the workout is opened:
     * one that could not be made is ordered again only if that may help.
     */
    boolean awaitsOrder() {
      boolean ordered =
          newer != null
              && newer.assetVersion >= exercise.assetVersion
              && !(newer.failed() && newer.trouble.retryable);
      return isOutdated() && !leftOut && !exercise.archived && !ordered;
    }

    boolean isComposed() {
      return exercise.kind.equals(Words.write(Exercises.Kind.REPS_BASED));
    }

    /** Whether the workout waits for nothing that could still come. */
    boolean hasFailed() {
      return !leftOut && video != null && video.failed();
    }

    /** Whether the patient can play it. */
    boolean isReady() {
      return video == null ? personal != null : video.ready();
    }

    /** The render that is named now, of an exercise that has one. */
    UUID requiredRenderId() {
      return Optional.ofNullable(video).orElseThrow().renderId();
    }

    /** The order of its video at the exercise's present asset version. */
    ComposeOrder order() {
      return new ComposeOrder(
          new Recipe(exercise.slug, dose.language, dose.requiredSets(), null, false),
          exercise.assetVersion,
          false);
    }
  }

  /**
   * The exercise.
   *
   * @param kind as tables hold it
   * @param displayName in the language of the video where there is a translation
   * @param assetVersion its present one
   */
  record Subject(
      UUID id,
      String slug,
      String kind,
      String displayName,
      String mediaId,
      int assetVersion,
      boolean archived) {}

  /** How much of it. */
  record Dose(String language, @Nullable List<SetSpec> sets) {
    private List<SetSpec> requiredSets() {
      return Optional.ofNullable(sets).orElseThrow();
    }
  }

  /**
   * A render.
   *
   * @param hosted there when it is ready
   */
  record Video(
      UUID renderId,
      int assetVersion,
      Render.Status status,
      Progress progress,
      Trouble trouble,
      Hosted hosted) {
    boolean ready() {
      return status == Render.Status.READY;
    }

    boolean failed() {
      return status == Render.Status.FAILED;
    }

    /** How long it presumably takes until it is ready; empty where that is not known. */
    Optional<Duration> remaining(Instant now) {
      return Optional.ofNullable(progress.place)
          .flatMap(
              place ->
                  new RenderQueue.Place(
                          place.ahead,
                          place.rendering,
                          Optional.ofNullable(place.mean)
                              .map(mean -> Duration.ofMillis(Math.max(1, Math.round(mean * 1000)))))
                      .remaining(status == Render.Status.RENDERING, elapsed(now)));
    }

    private Duration elapsed(Instant now) {
      Double began = progress.startedAt;
      return began == null
          ? Duration.ZERO
          : Duration.between(Instant.ofEpochMilli(Math.round(began * 1000)), now);
    }
  }

  /**
   * A video that a therapist recorded for the patient.
   *
   * @param mediaId what players report it by
   * @param recordedBy the therapist's name, where the clinic has entered it
   */
  record Personal(long id, String mediaId, @Nullable String recordedBy, Hosted hosted) {}

  /**
   * How far a render is.
   *
   * @param startedAt seconds since 1970
   * @param place there where it was asked for and the render is awaited
   */
  record Progress(
      @Nullable RenderStep step,
      @Nullable Integer percent,
      @Nullable Double startedAt,
      @Nullable Place place) {}

  /** As {@code render_place} answers it. */
  record Place(int ahead, int rendering, @Nullable Double mean) {}

  /** Why a render failed, or why the last attempt at it did. */
  record Trouble(@Nullable String error, boolean retryable) {}

  /** Where a video that can be played is. */
  record Hosted(
      @Nullable String host, @Nullable String hostVideoId, @Nullable Double durationSeconds) {}

  /** Those that the patient gets. */
  List<Prescribed> shown() {
    return exercises.stream().filter(one -> !one.leftOut).toList();
  }
}
