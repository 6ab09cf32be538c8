package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.libav.Libav;
import dev.kinebeam.composer.libav.VideoFormat;

/**
 * A shape of picture that mezzanines are made in. Those of one quality never mix with another's.
 *
 * @param label by its shorter side: {@code 720p}
 */
public record Quality(String label, VideoFormat format) {
  /** To be raised whenever the way of normalising changes what comes out. */
  private static final int GENERATION = 3;

  /** Names everything that a mezzanine's bytes depend on, beside its source. */
  String version() {
    return String.join(
        "-",
        "v" + GENERATION,
        label,
        format.width() + "x" + format.height(),
        "crf" + format.crf(),
        "max" + format.maxBitRate() / 1000,
        Libav.h264Encoder(),
        Libav.fileSafeVersion());
  }

  /**
   * The same for an uploaded picture of any shape: its shorter side becomes this quality's, its
   * longer side keeps the aspect, both even.
   */
  public Quality shapedAs(int width, int height) {
    int shorter = Math.min(format.width(), format.height());
    double scale = shorter / (double) Math.min(width, height);
    int longer = 2 * (int) Math.round(Math.max(width, height) * scale / 2);
    boolean upright = height > width;
    return new Quality(
        label,
        new VideoFormat(
            upright ? shorter : longer,
            upright ? longer : shorter,
            format.crf(),
            format.maxBitRate()));
  }
}
