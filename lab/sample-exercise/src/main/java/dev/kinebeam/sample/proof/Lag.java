package dev.kinebeam.sample.proof;

import dev.kinebeam.sample.libav.Sound;

/** How far one sound runs behind another, by cross-correlation. */
public final class Lag {
  private Lag() {}

  /**
   * A lag and how sure it is.
   *
   * @param samples by which the actual sound is late; negative when it is early
   * @param similarity normalised correlation at that lag, 1 for equal shapes
   */
  public record Measured(int samples, double similarity) {}

  /**
   * Compares a stretch of the expected signal with the actual one around the same place.
   *
   * @param from first sample of the stretch
   * @param length samples in the stretch
   * @param most largest lag to consider, in samples
   */
  public static Measured measure(float[] expected, Sound actual, int from, int length, int most) {
    double expectedEnergy = 0;
    for (int i = 0; i < length; i++) {
      expectedEnergy += (double) expected[from + i] * expected[from + i];
    }
    Measured best = new Measured(0, -1);
    for (int lag = -most; lag <= most; lag++) {
      double product = 0;
      double energy = 0;
      for (int i = 0; i < length; i++) {
        float sample = actual.at(from + i + lag);
        product += expected[from + i] * sample;
        energy += sample * sample;
      }
      double similarity = product / Math.sqrt(Math.max(1e-12, expectedEnergy * energy));
      if (similarity > best.similarity()) {
        best = new Measured(lag, similarity);
      }
    }
    return best;
  }
}
