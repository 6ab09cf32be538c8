package dev.kinebeam.sample;

/**
 * One filming primitive of the sample: a video with its wild track.
 *
 * @param id 1–15, carried by the barcode of every frame
 * @param slot what the clip is for
 * @param variant 1–3
 * @param width picture width in pixels
 * @param height picture height in pixels
 * @param fps constant frame rate
 * @param frames length in frames of that rate
 * @param sampleRate of the wild track, in Hz
 * @param channels of the wild track, 1 or 2
 */
public record Clip(
    int id,
    Slot slot,
    int variant,
    int width,
    int height,
    int fps,
    int frames,
    int sampleRate,
    int channels) {

  /** The path inside the bundle, for example {@code rep-left-video-2.mp4}. */
  public String fileName() {
    return slot.prefix() + "-video-" + variant + ".mp4";
  }

  /** Length in seconds; picture and wild track end together. */
  public double seconds() {
    return (double) frames / fps;
  }

  /** Length of the wild track in samples per channel; a whole number for every sample clip. */
  public int samples() {
    return Math.toIntExact((long) frames * sampleRate / fps);
  }

  /**
   * Which frame of this clip is seen at a frame of the same clip at another rate, when every source
   * frame moves to the nearest frame of the new grid.
   *
   * @param targetFrame index at the target rate
   * @param targetFps not below this clip's rate
   */
  public int frameSeenAt(int targetFrame, int targetFps) {
    int frame = (int) Math.min(frames - 1L, (long) targetFrame * fps / targetFps + 1);
    while (frame > 0 && Math.round((double) frame * targetFps / fps) > targetFrame) {
      frame--;
    }
    return frame;
  }
}
