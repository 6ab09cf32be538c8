package dev.kinebeam.composer.libav;

/**
 * What every mezzanine's picture looks like; all that are to be joined must share it.
 *
 * @param width pixels, even
 * @param height pixels, even
 * @param crf x264's constant quality (lower is better); the openh264 build ignores it
 * @param maxBitRate cap in bits per second
 */
public record VideoFormat(int width, int height, int crf, int maxBitRate) {
  public static final int FRAMES_PER_SECOND = 30;

  /** Ticks per second of every video time stamp. */
  public static final int TIMESCALE = 15_360;

  public static final int TICKS_PER_FRAME = TIMESCALE / FRAMES_PER_SECOND;

  /** Frames from one IDR picture to the next. */
  public static final int GOP = 60;

  public VideoFormat {
    if (width < 16 || height < 16 || width % 2 != 0 || height % 2 != 0) {
      throw new IllegalArgumentException(
          "width and height must be even, got " + width + "x" + height);
    }
  }
}
