package dev.kinebeam.coreapi.workouts;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.workouts.TodayQuery.OfPlayer;
import dev.kinebeam.coreapi.workouts.TodayQuery.Place;
import dev.kinebeam.coreapi.workouts.TodayQuery.Today;
import dev.kinebeam.coreapi.workouts.Workout.Prescribed;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.schemas.render.SetSpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A patient's workouts of a day, with all that a player needs.
 *
 * @param preparing workouts of the day whose videos are being made
 * @param nextDay the next day with a workout; null where none is prescribed
 */
record TodayView(
    String day, String timeZone, List<One> workouts, int preparing, @Nullable String nextDay) {

  /** A workout. */
  record One(
      UUID workoutId, WorkoutStatus status, @Nullable String endedAt, List<Exercise> exercises) {}

  /**
   * An exercise of it.
   *
   * @param sources its videos in the order in which a player tries them
   * @param progress null for one that was not begun
   */
  record Exercise(
      int position,
      @JsonUnwrapped Subject subject,
      @Nullable List<SetSpec> sets,
      List<Source> sources,
      @Nullable ProgressView progress) {}

  /** Where a video comes from. */
  enum SourceKind {
    /** A therapist recorded it for the patient. */
    PERSONAL,
    /** The exercise's own. */
    DEFAULT;

    /** As answers hold it. */
    @JsonValue
    String word() {
      return Words.write(this);
    }
  }

  /**
   * A video of an exercise.
   *
   * @param mediaId what a player reports it by, as is {@code renderId} where there is one
   * @param playbackPath where its next address is asked for
   * @param recordedBy the therapist, where the clinic has entered the name
   * @param segments empty for a whole video
   */
  record Source(
      SourceKind kind,
      String mediaId,
      @Nullable UUID renderId,
      String playbackPath,
      @Nullable String recordedBy,
      @JsonUnwrapped WorkoutView.Address address,
      List<Segment> segments) {}

  /**
   * The exercise.
   *
   * @param nameLanguage the language of its name; null for the name that has no translation
   * @param language of the video
   */
  record Subject(
      String exercise,
      String kind,
      String displayName,
      @Nullable String nameLanguage,
      String language,
      String mediaId) {}

  /** Where the patient is in an exercise. */
  record ProgressView(int positionMs, boolean finished, String updatedAt) {
    static ProgressView of(TodayQuery.Progress progress) {
      return new ProgressView(
          progress.positionMs(), progress.finished(), Rfc3339.text(progress.updatedAt()));
    }
  }

  static TodayView of(Today today, VideoHosts hosts) {
    return new TodayView(
        today.day().toString(),
        today.zone().getId(),
        today.workouts().stream().map(workout -> one(workout, today, hosts)).toList(),
        today.awaited().preparing(),
        today.awaited().nextDay().map(LocalDate::toString).orElse(null));
  }

  private static One one(Workout workout, Today today, VideoHosts hosts) {
    return new One(
        workout.id(),
        workout.status(),
        workout.history().endedAt().map(Rfc3339::text).orElse(null),
        workout.shown().stream()
            .map(
                exercise ->
                    exercise(
                        exercise,
                        today
                            .player()
                            .getOrDefault(
                                new Place(workout.id(), exercise.position()), OfPlayer.NONE),
                        hosts))
            .toList());
  }

  private static Exercise exercise(Prescribed one, OfPlayer player, VideoHosts hosts) {
    Workout.Subject exercise = one.exercise();
    TodayQuery.Progress progress = player.progress();
    return new Exercise(
        one.position(),
        new Subject(
            exercise.slug(),
            exercise.kind(),
            Objects.requireNonNullElse(player.name(), exercise.displayName()),
            player.nameLanguage(),
            one.dose().language(),
            exercise.mediaId()),
        one.dose().sets(),
        sources(one, player.segments(), hosts),
        progress == null ? null : ProgressView.of(progress));
  }

  private static List<Source> sources(Prescribed one, List<Segment> segments, VideoHosts hosts) {
    List<Source> sources = new ArrayList<>();
    Workout.Personal personal = one.personal();
    if (personal != null) {
      sources.add(
          new Source(
              SourceKind.PERSONAL,
              personal.mediaId(),
              null,
              "/v1/videos/personal/" + personal.id() + "/playback",
              personal.recordedBy(),
              WorkoutView.address(personal.hosted(), hosts),
              List.of()));
    }
    Workout.Video video = one.video();
    if (video != null) {
      sources.add(
          new Source(
              SourceKind.DEFAULT,
              one.exercise().mediaId(),
              video.renderId(),
              "/v1/videos/" + video.renderId() + "/playback",
              null,
              WorkoutView.address(video.hosted(), hosts),
              segments));
    }
    return sources;
  }
}
