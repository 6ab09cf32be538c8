package dev.kinebeam.sample.picture;

/**
 * What the figure does at one moment.
 *
 * @param bend 0 legs stretched out, 1 knees bent and feet on the mat
 * @param roll −1 knees all the way to the figure's left, 0 upright, 1 to its right
 * @param breath 0 lungs empty, 1 full
 */
record Pose(double bend, double roll, double breath) {

  /** Where a repetition has come to: knees sink while breathing out, rise while breathing in. */
  static Pose ofRepetition(double progress, int direction) {
    double sunk;
    if (progress < 0.46) {
      sunk = ease(progress / 0.46);
    } else if (progress < 0.54) {
      sunk = 1;
    } else {
      sunk = 1 - ease((progress - 0.54) / 0.46);
    }
    return new Pose(1, direction * sunk, breathAt(progress));
  }

  /** At ease, knees bent. */
  static Pose resting(double breathProgress) {
    return new Pose(1, 0, breathAt(breathProgress));
  }

  /** The same moment with the legs stretched out by so much. */
  Pose stretched(double amount) {
    return new Pose(1 - ease(Math.max(0, Math.min(1, amount))), roll, breath);
  }

  private static double breathAt(double progress) {
    return (1 + Math.cos(2 * Math.PI * progress)) / 2;
  }

  private static double ease(double t) {
    return t * t * (3 - 2 * t);
  }
}
