package dev.kinebeam.sample.libav;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/**
 * Decoded stereo sound at {@value #SAMPLE_RATE} Hz. Sample 0 is the container's start time: for an
 * MP4 without offset time 0, for an MP3 the first sample that was recorded. A mono source is on
 * both channels at libav's −3 dB.
 */
public final class Sound {
  /** Samples per second and channel. */
  public static final int SAMPLE_RATE = 48_000;

  private final float[] left;
  private final float[] right;

  Sound(float[] left, float[] right) {
    this.left = left;
    this.right = right;
  }

  /** Raw sound of {@value #SAMPLE_RATE} Hz: left, right, left, … as signed 16-bit little-endian. */
  public static Sound ofPcm(byte[] interleaved) {
    ShortBuffer shorts =
        ByteBuffer.wrap(interleaved).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    float[] left = new float[shorts.limit() / 2];
    float[] right = new float[left.length];
    for (int i = 0; i < left.length; i++) {
      left[i] = shorts.get(2 * i) / 32768f;
      right[i] = shorts.get(2 * i + 1) / 32768f;
    }
    return new Sound(left, right);
  }

  /** Samples per channel. */
  public int length() {
    return left.length;
  }

  /** Both channels averaged; full scale ±1; zero outside the recording. */
  public float at(int sample) {
    return sample < 0 || sample >= left.length ? 0 : (left[sample] + right[sample]) / 2;
  }

  /** The largest magnitude on either channel. */
  public float peak() {
    float peak = 0;
    for (int i = 0; i < left.length; i++) {
      peak = Math.max(peak, Math.max(Math.abs(left[i]), Math.abs(right[i])));
    }
    return peak;
  }
}
