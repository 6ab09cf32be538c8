package dev.kinebeam.sample.proof;

import dev.kinebeam.sample.libav.Sound;
import dev.kinebeam.sample.sound.Tone;
import java.util.Optional;

/**
 * Finds where a known tone really begins, to the sample: a matched filter of its pitch and its
 * fading, whose magnitude does not depend on the phase and peaks sharply where the tone starts.
 */
public final class ToneFinder {
  private static final double MIN_LEVEL = 0.1;

  private ToneFinder() {}

  /**
   * A tone that was heard.
   *
   * @param onsetSeconds where the tone begins in the sound
   * @param level its amplitude there, 1 being full scale
   */
  public record Found(double onsetSeconds, double level) {}

  /**
   * Looks for a tone around a place.
   *
   * @param tone its pitch and fading; its own onset does not matter
   * @param expectedSeconds where it should begin
   * @param windowSeconds how far on either side to look
   * @return empty when nothing of that pitch sounds there
   */
  public static Optional<Found> find(
      Sound sound, Tone tone, double expectedSeconds, double windowSeconds) {
    double[][] filter = filter(tone);
    int expected = (int) Math.round(expectedSeconds * Sound.SAMPLE_RATE);
    int window = (int) Math.ceil(windowSeconds * Sound.SAMPLE_RATE);
    double best = 0;
    int bestAt = expected;
    for (int at = expected - window; at <= expected + window; at++) {
      double real = 0;
      double imaginary = 0;
      for (int i = 0; i < filter[0].length; i++) {
        float sample = sound.at(at + i);
        real += sample * filter[0][i];
        imaginary += sample * filter[1][i];
      }
      double level = Math.hypot(real, imaginary);
      if (level > best) {
        best = level;
        bestAt = at;
      }
    }
    return best < MIN_LEVEL
        ? Optional.empty()
        : Optional.of(new Found(bestAt / (double) Sound.SAMPLE_RATE, best));
  }

  /** Scaled so that the tone itself, at amplitude 1, gives 1. */
  private static double[][] filter(Tone tone) {
    int length = (int) (tone.seconds() * Sound.SAMPLE_RATE);
    double[][] filter = new double[2][length];
    double energy = 0;
    for (int i = 0; i < length; i++) {
      double t = (double) i / Sound.SAMPLE_RATE;
      double envelope = tone.envelopeAt(t);
      energy += envelope * envelope / 2;
      filter[0][i] = envelope * Math.cos(2 * Math.PI * tone.hertz() * t);
      filter[1][i] = envelope * Math.sin(2 * Math.PI * tone.hertz() * t);
    }
    for (int i = 0; i < length; i++) {
      filter[0][i] /= energy;
      filter[1][i] /= energy;
    }
    return filter;
  }
}
