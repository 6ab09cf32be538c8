package dev.kinebeam.composer.compose;

/**
 * Keeps the mix below full scale without memory: what is quieter than {@value #KNEE} passes
 * unchanged, what is louder bends smoothly towards {@value #CEILING}, which nothing reaches. The
 * plain sum of a hot voice-over and its wild track would clip at up to +2.3 dBFS.
 */
final class SoftLimiter {
  static final float KNEE = 0.84f;
  static final float CEILING = 0.95f;

  private SoftLimiter() {}

  static float limit(float sample) {
    float level = Math.abs(sample);
    if (level <= KNEE) {
      return sample;
    }
    float bend = CEILING - KNEE;
    // StrictMath: the same bytes on every machine.
    float limited = KNEE + bend * (float) StrictMath.tanh((level - KNEE) / bend);
    return Math.copySign(limited, sample);
  }
}
