package dev.kinebeam.sample.picture;

/** Where the joints of one leg are in a pose. */
record Leg(Joint hip, Joint knee, Joint ankle, Joint toes) {
  private static final double THIGH = 0.42;
  private static final double SHIN = 0.445;
  private static final double HIP_X = 0.02;
  private static final double HIP_Z = 0.10;
  private static final double ANKLE_Z = 0.055;
  private static final double STRETCHED_X = 0.86;
  private static final double BENT_X = 0.50;
  private static final double FULL_ROLL = Math.toRadians(58);

  /**
   * The leg of one side.
   *
   * @param side −1 the figure's left, 1 its right
   */
  static Leg of(int side, Pose pose) {
    double ankleX = STRETCHED_X + (BENT_X - STRETCHED_X) * pose.bend();
    double roll = FULL_ROLL * pose.roll();
    Joint hip = new Joint(HIP_X, side * 0.083, HIP_Z).rolled(0.55 * roll);
    Joint knee = kneeBetween(ankleX, side * 0.070).rolled(roll);
    double ankleY = side * (0.070 - 0.018 * Math.abs(pose.roll())) + 0.075 * pose.roll();
    double lifted = Math.max(0, -side * pose.roll()) * 0.05;
    Joint ankle = new Joint(ankleX, ankleY, ANKLE_Z + lifted);
    double footLength = 0.055 + 0.065 * pose.bend();
    double toesY = ankleY + side * 0.02 * (1 - pose.bend()) + 0.06 * pose.roll();
    Joint toes = new Joint(ankleX + footLength, toesY, 0.03 + lifted);
    return new Leg(hip, knee, ankle, toes);
  }

  /** The knee above the line from hip to ankle, by the two lengths. */
  private static Joint kneeBetween(double ankleX, double y) {
    double dx = ankleX - HIP_X;
    double dz = ANKLE_Z - HIP_Z;
    double distance = Math.min(Math.hypot(dx, dz), THIGH + SHIN);
    double along = (THIGH * THIGH - SHIN * SHIN + distance * distance) / (2 * distance);
    double above = Math.sqrt(Math.max(0, THIGH * THIGH - along * along));
    double ux = dx / distance;
    double uz = dz / distance;
    return new Joint(HIP_X + along * ux - above * uz, y, HIP_Z + along * uz + above * ux);
  }
}
