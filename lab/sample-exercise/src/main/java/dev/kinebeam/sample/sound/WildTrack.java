package dev.kinebeam.sample.sound;

import java.util.SplittableRandom;

/** The sound of a quiet room in which someone breathes at the tempo of the movement. */
public final class WildTrack {
  private static final double LEVEL = 0.9;
  private static final double ROOM = 0.12;
  private static final double DEEP_HZ = 140;
  private static final double EXHALE_HZ = 650;
  private static final double INHALE_HZ = 1500;

  private WildTrack() {}

  /**
   * Noise that swells twice in each breath: a darker exhale, then a brighter inhale.
   *
   * @param seed equal seeds give equal samples; different seeds give uncorrelated ones
   * @param samples length of the result
   * @param breathSeconds one inhale and one exhale
   */
  public static float[] breathing(long seed, int samples, int sampleRate, double breathSeconds) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] out = new float[samples];
    double low = 0;
    double lower = 0;
    double deep = 0;
    for (int i = 0; i < samples; i++) {
      double phase = (i / (breathSeconds * sampleRate)) % 1.0;
      boolean inhale = phase >= 0.5;
      double keep = onePole(inhale ? INHALE_HZ : EXHALE_HZ, sampleRate);
      double white = random.nextDouble() * 2 - 1;
      low += (1 - keep) * (white - low);
      lower += (1 - keep) * (low - lower);
      deep += (1 - onePole(DEEP_HZ, sampleRate)) * (lower - deep);
      double swell = Math.sin(2 * Math.PI * phase);
      double breath = swell * swell * (inhale ? 0.7 : 1.0);
      out[i] = (float) (LEVEL * (ROOM + breath) * (lower - deep));
    }
    return out;
  }

  private static double onePole(double hertz, int sampleRate) {
    return Math.exp(-2 * Math.PI * hertz / sampleRate);
  }
}
