package dev.kinebeam.localstack.standin;

/**
 * The moving picture of a video.
 *
 * @param seconds its length, as the container states it
 */
public record Picture(double seconds, int width, int height, double framesPerSecond) {
  /** Of a video that was not read yet. */
  public static final Picture UNKNOWN = new Picture(0, 0, 0, 0);

  /** A length that is not the video's. */
  public Picture longerBy(int more) {
    return new Picture(seconds + more, width, height, framesPerSecond);
  }
}
