package dev.kinebeam.sample.picture;

import dev.kinebeam.sample.Clip;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.Slot;

/** What a clip shows and says at each of its frames. */
final class Script {
  private final Clip clip;
  private final double repSeconds;

  Script(SampleExercise sample, Clip clip) {
    this.clip = clip;
    this.repSeconds = sample.repSeconds();
  }

  /**
   * One frame.
   *
   * @param headline the segment, for example {@code Left · rep 3 of 5}
   * @param hint what to do
   * @param breathProgress 0–1 through one breath; the first half breathes out
   * @param steps parts that the progress bar has
   * @param progress how many of them are over, with the fraction of the running one
   */
  record Moment(
      Pose pose, String headline, String hint, double breathProgress, int steps, double progress) {

    boolean breathesOut() {
      return breathProgress < 0.5;
    }
  }

  Moment at(int frame) {
    double breaths = (double) frame / clip.fps() / repSeconds;
    double breath = breaths - Math.floor(breaths);
    double through = (double) frame / clip.frames();
    Pose resting = Pose.resting(breath);
    return switch (clip.slot()) {
      case INTRO ->
          new Moment(
              resting.stretched((0.5 - through) / 0.3),
              "Intro",
              "Lie down, bend your knees",
              breath,
              1,
              through);
      case PAUZA -> new Moment(resting, "Pause", "Rest and breathe", breath, 1, through);
      case OUTRO ->
          new Moment(
              resting.stretched((through - 0.35) / 0.3),
              "Outro",
              "Well done, stretch out",
              breath,
              1,
              through);
      case REP_LEFT, REP_RIGHT -> repetition(breaths, breath);
    };
  }

  private Moment repetition(double breaths, double breath) {
    boolean left = clip.slot() == Slot.REP_LEFT;
    int rep = (int) Math.floor(breaths) + 1;
    return new Moment(
        Pose.ofRepetition(breath, left ? -1 : 1),
        (left ? "Left" : "Right") + " · rep " + rep + " of " + SampleExercise.REPS_PER_BLOCK,
        left ? "Knees sink to the left" : "Knees sink to the right",
        breath,
        SampleExercise.REPS_PER_BLOCK,
        breaths);
  }
}
