package dev.kinebeam.sample.picture;

/**
 * A place in the room.
 *
 * @param x towards the figure's feet
 * @param y towards the figure's right
 * @param z up from the floor, towards the viewer
 */
record Joint(double x, double y, double z) {
  private static final double PERSPECTIVE = 0.13;
  private static final double SWELL = 0.45;
  private static final double SHADOW_X = 0.09;
  private static final double SHADOW_Y = 0.20;

  /** Turned about the line along the floor through y = 0; positive towards the figure's right. */
  Joint rolled(double radians) {
    return new Joint(
        x,
        y * Math.cos(radians) + z * Math.sin(radians),
        z * Math.cos(radians) - y * Math.sin(radians));
  }

  /** Where the viewer above sees it. */
  Point seen() {
    double near = 1 + PERSPECTIVE * z;
    return new Point(x * near, y * near);
  }

  /** A length at this height as the viewer sees it. */
  double near(double length) {
    return length * (1 + SWELL * Math.max(0, z - 0.1));
  }

  /** Where its shadow falls in light from above left. */
  Point shadow() {
    return new Point(x + SHADOW_X * z, y + SHADOW_Y * z);
  }
}
