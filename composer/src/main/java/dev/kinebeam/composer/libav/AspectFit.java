package dev.kinebeam.composer.libav;

/**
 * The largest size in which a picture fits a frame without being distorted; even, since colour is
 * stored for two by two pixels.
 */
record AspectFit(int width, int height) {
  /**
   * A picture's shape as it is to be seen.
   *
   * @param wide and {@code high} are in any unit, but the same; both above 0
   */
  record Shape(long wide, long high) {}

  static AspectFit of(Shape shape, VideoFormat frame) {
    double wide = shape.wide();
    double high = shape.high();
    return wide * frame.height() >= high * frame.width()
        ? new AspectFit(frame.width(), even(frame.width() * high / wide, frame.height()))
        : new AspectFit(even(frame.height() * wide / high, frame.width()), frame.height());
  }

  private static int even(double length, int most) {
    return (int) Math.min(most, Math.max(2, 2 * Math.round(length / 2)));
  }
}
