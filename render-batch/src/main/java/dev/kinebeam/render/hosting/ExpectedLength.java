package dev.kinebeam.render.hosting;

import java.io.IOException;
import java.time.Duration;

/**
 * What a host must say of the length of a video that was uploaded to it. Some give whole seconds,
 * rounded by their own rule, so that a deviation of up to two seconds is none.
 *
 * @param least the shortest that it may be, and {@code most} the longest
 */
public record ExpectedLength(Duration least, Duration most) {
  private static final Duration ROUNDING = Duration.ofSeconds(2);
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  /** Of a video that was at the host before. */
  static final ExpectedLength ANY = new ExpectedLength(Duration.ZERO, ENDLESS);

  /** Of a video whose picture and sound are equally long. */
  public static ExpectedLength exactly(double seconds) {
    Duration length = Duration.ofMillis(Math.round(seconds * 1000));
    return new ExpectedLength(length.minus(ROUNDING), length.plus(ROUNDING));
  }

  /** Of a video whose sound may be longer than its picture. */
  public static ExpectedLength atLeast(double seconds) {
    return new ExpectedLength(exactly(seconds).least(), ENDLESS);
  }

  /** Whether the host has measured the video: 0 may be the length of a very short one. */
  boolean isKnown(Duration hosted) {
    return !hosted.isZero() || least.isZero() || least.isNegative();
  }

  /**
   * Accepts the host's length.
   *
   * @throws IOException naming both lengths when it is another video's
   */
  void check(Duration hosted) throws IOException {
    if (hosted.compareTo(least) < 0 || hosted.compareTo(most) > 0) {
      throw new IOException(
          "the video host says it is %d s long where %s was uploaded"
              .formatted(hosted.toSeconds(), range()));
    }
  }

  private String range() {
    double from = least.plus(ROUNDING).toMillis() / 1000.0;
    return most.equals(ENDLESS) ? "at least %.1f s".formatted(from) : "%.1f s".formatted(from);
  }
}
