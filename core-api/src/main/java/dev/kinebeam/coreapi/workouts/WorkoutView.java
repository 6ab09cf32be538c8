package dev.kinebeam.coreapi.workouts;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderStep;
import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.workouts.Workout.Prescribed;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.render.SetSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workout as it is answered; what it does not have is left out.
 *
 * @param readiness null for the patient, who sees a workout when it is ready
 * @param createdBy null for the patient
 */
record WorkoutView(
    UUID workoutId,
    UUID patientId,
    String scheduledFor,
    WorkoutStatus status,
    @Nullable Readiness readiness,
    @Nullable String createdBy,
    @JsonUnwrapped Times times,
    List<Exercise> exercises) {

  /** When it became what it is. */
  record Times(String createdAt, @Nullable String visibleAt, @Nullable String endedAt) {}

  /**
   * How far its videos are.
   *
   * @param ready whether nothing is missing; what was left out is not counted
   * @param total exercises that are not left out
   * @param etaSeconds until the last one is presumably ready; null where that is not known
   */
  record Readiness(
      boolean ready,
      int total,
      long readyExercises,
      long failedExercises,
      @Nullable Double etaSeconds) {}

  /** One exercise of it. */
  record Exercise(
      int position,
      @JsonUnwrapped Subject subject,
      @Nullable List<SetSpec> sets,
      @Nullable Boolean leftOut,
      @JsonUnwrapped Video video,
      @JsonUnwrapped Progress progress,
      @JsonUnwrapped Address address,
      @Nullable Newer newer,
      @Nullable Personal personalVideo) {}

  /** The exercise, with what the tracker sends of it. */
  record Subject(
      UUID exerciseId,
      String exercise,
      String kind,
      String displayName,
      String language,
      String mediaId) {}

  /**
   * The render that plays, or will.
   *
   * @param renderId null where a personal video is all there is, as is {@code assetVersion}
   */
  record Video(@Nullable UUID renderId, @Nullable Integer assetVersion, Render.Status status) {}

  /**
   * The video that was recorded for the patient, which players take first.
   *
   * @param mediaId what players report it by
   */
  record Personal(
      long id, String mediaId, @Nullable String recordedBy, @JsonUnwrapped Address address) {}

  /** How far it is, or why it failed; nothing of it is there when it is ready. */
  record Progress(
      @Nullable RenderStep step,
      @Nullable Integer percent,
      @Nullable Integer ordersAhead,
      @Nullable Double etaSeconds,
      @Nullable String error,
      @Nullable Boolean retryable) {
    private static final Progress NONE = new Progress(null, null, null, null, null, null);
  }

  /** Where it plays; nothing of it is there until it is ready. */
  record Address(
      @Nullable Double durationSeconds,
      @Nullable String host,
      @Nullable String bunnyVideoId,
      @Nullable String playbackHlsUrl,
      @Nullable String thumbnailUrl,
      @Nullable String playbackExpiresAt,
      @Nullable String playbackRenewAt) {
    static final Address NONE = new Address(null, null, null, null, null, null, null);
  }

  /** The render of a newer asset version, which takes the place of the one that plays. */
  record Newer(UUID renderId, int assetVersion, Render.Status status, @Nullable String error) {}

  /**
   * For staff.
   *
   * @param hosts that addresses are signed for; empty for an answer without addresses
   */
  static WorkoutView forStaff(Workout workout, Optional<VideoHosts> hosts, Instant now) {
    return new WorkoutView(
        workout.id(),
        workout.patientId(),
        workout.scheduledFor().toString(),
        workout.status(),
        readiness(workout, now),
        workout.history().createdBy(),
        times(workout),
        workout.exercises().stream().map(one -> exercise(one, hosts, now, true)).toList());
  }

  /** For its patient. */
  static WorkoutView forPatient(Workout workout, VideoHosts hosts, Instant now) {
    return new WorkoutView(
        workout.id(),
        workout.patientId(),
        workout.scheduledFor().toString(),
        workout.status(),
        null,
        null,
        times(workout),
        workout.shown().stream()
            .map(one -> exercise(one, Optional.of(hosts), now, false))
            .toList());
  }

  private static Times times(Workout workout) {
    Workout.History history = workout.history();
    return new Times(
        Rfc3339.text(history.createdAt()),
        history.visibleAt().map(Rfc3339::text).orElse(null),
        history.endedAt().map(Rfc3339::text).orElse(null));
  }

  static Readiness readiness(Workout workout, Instant now) {
    List<Prescribed> exercises = workout.shown();
    long ready = exercises.stream().filter(Prescribed::isReady).count();
    return new Readiness(
        ready == exercises.size(),
        exercises.size(),
        ready,
        exercises.stream().filter(Prescribed::hasFailed).count(),
        remaining(exercises, now).map(WorkoutView::seconds).orElse(null));
  }

  /** The longest; empty when one of them is not known, or none is awaited. */
  private static Optional<Duration> remaining(List<Prescribed> exercises, Instant now) {
    Optional<Duration> longest = Optional.empty();
    for (Prescribed exercise : exercises) {
      Workout.Video video = exercise.video();
      if (video != null && !video.ready()) {
        Optional<Duration> left = video.remaining(now);
        if (left.isEmpty()) {
          return Optional.empty();
        }
        longest = longest.filter(most -> most.compareTo(left.get()) >= 0).or(() -> left);
      }
    }
    return longest;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static Exercise exercise(
      Prescribed one, Optional<VideoHosts> hosts, Instant now, boolean forStaff) {
    Workout.Subject exercise = one.exercise();
    Workout.Video video = one.video();
    return new Exercise(
        one.position(),
        new Subject(
            exercise.id(),
            exercise.slug(),
            exercise.kind(),
            exercise.displayName(),
            one.dose().language(),
            exercise.mediaId()),
        one.dose().sets(),
        forStaff ? one.leftOut() : null,
        video == null
            ? new Video(null, null, one.isReady() ? Render.Status.READY : Render.Status.FAILED)
            : new Video(video.renderId(), video.assetVersion(), video.status()),
        forStaff && video != null && !video.ready() ? progress(video, now) : Progress.NONE,
        video == null || !video.ready() ? Address.NONE : address(video.hosted(), hosts),
        forStaff ? newer(one.newer()) : null,
        personal(one.personal(), hosts));
  }

  private static @Nullable Personal personal(
      Workout.@Nullable Personal video, Optional<VideoHosts> hosts) {
    return video == null
        ? null
        : new Personal(
            video.id(), video.mediaId(), video.recordedBy(), address(video.hosted(), hosts));
  }

  private static Address address(Workout.Hosted hosted, Optional<VideoHosts> hosts) {
    return hosts.map(any -> address(hosted, any)).orElse(Address.NONE);
  }

  private static Progress progress(Workout.Video video, Instant now) {
    Workout.Place place = video.progress().place();
    return new Progress(
        video.progress().step(),
        video.progress().percent(),
        place == null || video.status() != Render.Status.QUEUED ? null : place.ahead(),
        video.remaining(now).map(WorkoutView::seconds).orElse(null),
        video.trouble().error(),
        video.failed() ? video.trouble().retryable() : null);
  }

  /** Of a host that this program is not configured for there is no address. */
  static Address address(Workout.Hosted hosted, VideoHosts hosts) {
    String host = hosted.host();
    String id = hosted.hostVideoId();
    if (host == null || id == null || !hosts.names().contains(host)) {
      return new Address(hosted.durationSeconds(), host, id, null, null, null, null);
    }
    Playback playback = hosts.named(host).playback(id);
    return new Address(
        hosted.durationSeconds(),
        host,
        id,
        playback.hls().toString(),
        playback.thumbnail().map(Object::toString).orElse(null),
        playback.expires().map(Rfc3339::text).orElse(null),
        playback.renewAt().map(Rfc3339::text).orElse(null));
  }

  private static @Nullable Newer newer(Workout.@Nullable Video video) {
    return video == null
        ? null
        : new Newer(
            video.renderId(), video.assetVersion(), video.status(), video.trouble().error());
  }
}
