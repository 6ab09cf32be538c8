package dev.kinebeam.coreapi.workouts;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.workouts.TodayQuery.OfPlayer;
import dev.kinebeam.coreapi.workouts.TodayQuery.Place;
import dev.kinebeam.coreapi.workouts.TodayQuery.Today;
import dev.kinebeam.coreapi.workouts.Workout.Prescribed;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.schemas.render.SetSpec;
import java.time.LocalDate;
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
   * @param renderId the video's id, for its next address and for telemetry
   * @param progress null for one that was not begun
   */
  record Exercise(
      int position,
      @JsonUnwrapped Subject subject,
      @Nullable List<SetSpec> sets,
      UUID renderId,
      @JsonUnwrapped WorkoutView.Address address,
      List<Segment> segments,
      @Nullable ProgressView progress) {}

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
        one.video().renderId(),
        WorkoutView.address(one.video().hosted(), hosts),
        player.segments(),
        progress == null ? null : ProgressView.of(progress));
  }
}
