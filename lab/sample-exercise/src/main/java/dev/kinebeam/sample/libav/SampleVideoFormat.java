package dev.kinebeam.sample.libav;

/**
 * How pictures are encoded: H.264, yuv420p, BT.709, limited range.
 *
 * @param width in pixels, even
 * @param height in pixels, even
 * @param fps constant frame rate
 * @param crf x264's constant rate factor; 18 shows no loss on drawn pictures
 * @param preset x264's speed preset
 */
public record SampleVideoFormat(int width, int height, int fps, int crf, String preset) {

  /** Bit rate for the encoder that knows no rate factor (openh264 of the LGPL build). */
  long fallbackBitRate() {
    return Math.max(400_000L, (long) width * height * fps / 6);
  }
}
