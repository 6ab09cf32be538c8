package dev.kinebeam.coreapi.workouts;

/**
 * What may be done to a workout in which state. From preparing to visible the database draws the
 * consequence by itself, in the transaction that records the last render ({@code settle_workout}).
 * Pure.
 */
final class WorkoutSteps {
  private WorkoutSteps() {}

  /** What is done to a workout. */
  enum Step {
    /** Videos that could not be made are ordered again. */
    RETRY,
    /** It is shown without the videos that could not be made. */
    RELEASE,
    COMPLETE,
    CANCEL
  }

  /** What a step does to a workout in some state. */
  sealed interface Verdict {
    /** It changes the state. */
    record MovesTo(WorkoutStatus status) implements Verdict {}

    /** It concerns the workout's videos. */
    record ConcernsVideos() implements Verdict {}

    /** Nothing is left to do. */
    record Stays() implements Verdict {}

    /** It must not be done, and this is why and what to do. */
    record Refused(String reason) implements Verdict {}
  }

  /** The consequence of a step. */
  static Verdict after(WorkoutStatus status, Step step) {
    return switch (step) {
      case RETRY, RELEASE -> ofVideos(status);
      case COMPLETE -> complete(status);
      case CANCEL -> cancel(status);
    };
  }

  private static Verdict ofVideos(WorkoutStatus status) {
    return switch (status) {
      case PREPARING -> new Verdict.ConcernsVideos();
      case VISIBLE -> new Verdict.Stays();
      case COMPLETED, CANCELLED -> refused(status, "prescribe another one");
    };
  }

  private static Verdict complete(WorkoutStatus status) {
    return switch (status) {
      case VISIBLE -> new Verdict.MovesTo(WorkoutStatus.COMPLETED);
      case COMPLETED -> new Verdict.Stays();
      case PREPARING -> refused(status, "wait until its videos are ready, or release it first");
      case CANCELLED -> refused(status, "prescribe another one");
    };
  }

  private static Verdict cancel(WorkoutStatus status) {
    return switch (status) {
      case PREPARING, VISIBLE -> new Verdict.MovesTo(WorkoutStatus.CANCELLED);
      case CANCELLED -> new Verdict.Stays();
      case COMPLETED -> refused(status, "what was done cannot be cancelled");
    };
  }

  private static Verdict.Refused refused(WorkoutStatus status, String remedy) {
    return new Verdict.Refused("status is " + status.word() + "; " + remedy);
  }
}
