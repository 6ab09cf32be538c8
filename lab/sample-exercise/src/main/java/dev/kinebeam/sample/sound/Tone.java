package dev.kinebeam.sample.sound;

/**
 * A struck bell: a sine that starts at once and fades away, so that its beginning can be found to a
 * fraction of a millisecond.
 *
 * @param onsetSeconds when it begins
 * @param hertz its pitch
 * @param seconds how long it can be heard; its level falls by 40 dB over that time
 */
public record Tone(double onsetSeconds, double hertz, double seconds) {
  private static final double LEVEL = 0.5;
  private static final double ATTACK_SECONDS = 0.0005;
  private static final double DECAY = Math.log(100);

  /** The level at a time after the onset, between 0 and 1, without the sine. */
  public double envelopeAt(double secondsAfterOnset) {
    if (secondsAfterOnset < 0 || secondsAfterOnset >= seconds) {
      return 0;
    }
    double attack = Math.min(1, secondsAfterOnset / ATTACK_SECONDS);
    double release = Math.min(1, (seconds - secondsAfterOnset) / (0.1 * seconds));
    return attack * release * Math.exp(-DECAY * secondsAfterOnset / seconds);
  }

  /** Adds the tone to a signal whose first sample is at second 0. */
  public void addTo(float[] signal, int sampleRate) {
    int from = (int) Math.ceil(onsetSeconds * sampleRate - 1e-6);
    int to = (int) Math.min(signal.length, Math.ceil((onsetSeconds + seconds) * sampleRate));
    for (int i = Math.max(0, from); i < to; i++) {
      double t = (double) i / sampleRate - onsetSeconds;
      signal[i] += (float) (LEVEL * envelopeAt(t) * Math.sin(2 * Math.PI * hertz * t));
    }
  }
}
