package dev.kinebeam.sample.picture;

/**
 * What is to be drawn.
 *
 * @param scene what it is about
 * @param number 1–3; each take is worn in another shirt
 * @param barcodeId written into every frame
 * @param width in pixels
 * @param height in pixels; 16:9
 * @param fps frames per second
 * @param frames length of the take
 * @param breathSeconds one breath out and in; one repetition where there are any
 */
public record Take(
    Scene scene,
    int number,
    int barcodeId,
    int width,
    int height,
    int fps,
    int frames,
    double breathSeconds) {

  /** What a take is about. */
  public enum Scene {
    /** Lies down and bends the knees. */
    INTRO,
    /** Lies at rest. */
    PAUSE,
    /** Stretches the legs out again. */
    OUTRO,
    /** Lets the knees sink to the own left and raises them again, once in each breath. */
    REPS_LEFT,
    /** The same to the right. */
    REPS_RIGHT;

    boolean isReps() {
      return this == REPS_LEFT || this == REPS_RIGHT;
    }
  }

  /** Breaths in the take, the last one perhaps not to its end. */
  int breaths() {
    return (int) Math.ceil(frames / (fps * breathSeconds) - 1e-9);
  }
}
