package dev.kinebeam.coreapi.workouts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.coreapi.workouts.WorkoutSteps.Step;
import dev.kinebeam.coreapi.workouts.WorkoutSteps.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkoutStepsTest {
  @ParameterizedTest
  @CsvSource({
    "PREPARING, RETRY, videos",
    "PREPARING, RELEASE, videos",
    "PREPARING, COMPLETE, refused",
    "PREPARING, CANCEL, CANCELLED",
    "VISIBLE, RETRY, stays",
    "VISIBLE, RELEASE, stays",
    "VISIBLE, COMPLETE, COMPLETED",
    "VISIBLE, CANCEL, CANCELLED",
    "COMPLETED, RETRY, refused",
    "COMPLETED, RELEASE, refused",
    "COMPLETED, COMPLETE, stays",
    "COMPLETED, CANCEL, refused",
    "CANCELLED, RETRY, refused",
    "CANCELLED, RELEASE, refused",
    "CANCELLED, COMPLETE, refused",
    "CANCELLED, CANCEL, stays",
  })
  void eachStepInEachState(WorkoutStatus status, Step step, String expected) {
    Verdict verdict = WorkoutSteps.after(status, step);
    String found =
        verdict instanceof Verdict.MovesTo to
            ? to.status().name()
            : verdict instanceof Verdict.ConcernsVideos
                ? "videos"
                : verdict instanceof Verdict.Stays ? "stays" : "refused";
    assertThat(found).isEqualTo(expected);
    if (verdict instanceof Verdict.Refused refused) {
      assertThat(refused.reason()).contains("status is " + status.word(), ";");
    }
  }
}
