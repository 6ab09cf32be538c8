package dev.kinebeam.coreapi.workouts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.catalog.personal.PersonalVideo;
import dev.kinebeam.coreapi.workouts.Workout.Prescribed;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.SetSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A patient's coming workouts, with the videos of each exercise in the order of preference. */
@JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
record UpcomingView(List<One> workouts, int limit, int offset) {

  /** A workout. */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  record One(UUID id, String scheduledFor, WorkoutStatus status, List<Exercise> exercises) {}

  /**
   * An exercise of it.
   *
   * @param personalizedVideo null where the patient has none
   * @param sources what can be played, the preferred one first
   */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  record Exercise(
      int position,
      UUID exerciseId,
      String exercise,
      String kind,
      String displayName,
      String language,
      String mediaId,
      @Nullable List<SetSpec> sets,
      @JsonInclude @Nullable PersonalizedVideo personalizedVideo,
      List<Source> sources) {}

  /**
   * The video that a therapist recorded for the patient.
   *
   * @param cloudflareStreamId its id at {@code host}, whichever host that is
   */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  record PersonalizedVideo(long id, String cloudflareStreamId, String host, String updatedAt) {
    static Optional<PersonalizedVideo> of(PersonalVideo video) {
      return video
          .hosted()
          .map(
              hosted ->
                  new PersonalizedVideo(
                      video.id(),
                      hosted.hostedId(),
                      hosted.host(),
                      Rfc3339.text(video.updatedAt())));
    }
  }

  /** Where a video of an exercise comes from, the preferred one first. */
  enum Kind {
    PERSONAL,
    KINESCOPE,
    DEFAULT
  }

  /**
   * A video that can be played.
   *
   * @param kind {@code personal}, {@code kinescope} or {@code default}
   * @param hlsUrl null where its host is not configured here
   */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  record Source(
      String kind,
      String host,
      String hostedId,
      @Nullable UUID renderId,
      @Nullable Double durationSec,
      @Nullable String hlsUrl,
      @Nullable String thumbnailUrl,
      @Nullable String expiresAt,
      @Nullable String renewAt) {}

  static UpcomingView of(
      List<Workout> workouts,
      Map<Long, PersonalVideo> personal,
      VideoHosts hosts,
      int limit,
      int offset) {
    return new UpcomingView(
        workouts.stream().map(workout -> one(workout, personal, hosts)).toList(), limit, offset);
  }

  private static One one(Workout workout, Map<Long, PersonalVideo> personal, VideoHosts hosts) {
    return new One(
        workout.id(),
        workout.scheduledFor().toString(),
        workout.status(),
        workout.shown().stream()
            .map(
                prescribed ->
                    exercise(
                        prescribed,
                        Optional.ofNullable(prescribed.personal())
                            .map(video -> personal.get(video.id())),
                        hosts))
            .toList());
  }

  private static Exercise exercise(
      Prescribed one, Optional<PersonalVideo> personal, VideoHosts hosts) {
    Workout.Subject exercise = one.exercise();
    return new Exercise(
        one.position(),
        exercise.id(),
        exercise.slug(),
        exercise.kind(),
        exercise.displayName(),
        one.dose().language(),
        exercise.mediaId(),
        one.dose().sets(),
        personal.flatMap(PersonalizedVideo::of).orElse(null),
        sources(one, personal, hosts));
  }

  private static List<Source> sources(
      Prescribed one, Optional<PersonalVideo> personal, VideoHosts hosts) {
    List<Source> sources = new ArrayList<>();
    personal.flatMap(video -> source(video, hosts)).ifPresent(sources::add);
    Workout.Video video = one.video();
    if (video != null && video.ready()) {
      String host = video.hosted().host();
      Kind kind = "kinescope".equals(host) ? Kind.KINESCOPE : Kind.DEFAULT;
      source(kind, video.hosted(), Optional.of(video.renderId()), hosts).ifPresent(sources::add);
    }
    return sources;
  }

  private static Optional<Source> source(PersonalVideo video, VideoHosts hosts) {
    return video
        .hosted()
        .flatMap(
            hosted ->
                source(
                    Kind.PERSONAL,
                    new Workout.Hosted(
                        hosted.host(),
                        hosted.hostedId(),
                        video.state().duration().map(d -> d.toMillis() / 1000.0).orElse(null)),
                    Optional.empty(),
                    hosts));
  }

  private static Optional<Source> source(
      Kind kind, Workout.Hosted hosted, Optional<UUID> render, VideoHosts hosts) {
    WorkoutView.Address address = WorkoutView.address(hosted, hosts);
    String host = address.host();
    String id = address.bunnyVideoId();
    return host == null || id == null
        ? Optional.empty()
        : Optional.of(
            new Source(
                Words.write(kind),
                host,
                id,
                render.orElse(null),
                address.durationSeconds(),
                address.playbackHlsUrl(),
                address.thumbnailUrl(),
                address.playbackExpiresAt(),
                address.playbackRenewAt()));
  }
}
