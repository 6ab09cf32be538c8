package dev.kinebeam.sample.picture;

import dev.kinebeam.sample.picture.Take.Scene;

/** What a take shows and says at each of its frames. */
final class Script {
  private final Take take;

  Script(Take take) {
    this.take = take;
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
    double breaths = frame / (take.fps() * take.breathSeconds());
    double breath = breaths - Math.floor(breaths);
    double through = (double) frame / take.frames();
    Pose resting = Pose.resting(breath);
    return switch (take.scene()) {
      case INTRO ->
          new Moment(
              resting.stretched((0.5 - through) / 0.3),
              "Intro",
              "Lie down, bend your knees",
              breath,
              1,
              through);
      case PAUSE -> new Moment(resting, "Pause", "Rest and breathe", breath, 1, through);
      case OUTRO ->
          new Moment(
              resting.stretched((through - 0.35) / 0.3),
              "Outro",
              "Well done, stretch out",
              breath,
              1,
              through);
      case REPS_LEFT, REPS_RIGHT -> repetition(breaths, breath);
    };
  }

  private Moment repetition(double breaths, double breath) {
    boolean left = take.scene() == Scene.REPS_LEFT;
    int rep = (int) Math.floor(breaths) + 1;
    return new Moment(
        Pose.ofRepetition(breath, left ? -1 : 1),
        (left ? "Left" : "Right") + " · rep " + rep + " of " + take.breaths(),
        left ? "Knees sink to the left" : "Knees sink to the right",
        breath,
        take.breaths(),
        breaths);
  }
}
