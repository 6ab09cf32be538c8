package dev.kinebeam.composer.libav;

import java.util.OptionalLong;

/**
 * Where each decoded frame of sound belongs, by its time stamp, in samples of the source from time
 * 0. A container rounds time stamps by up to one tick of its clock, so a frame that is less than a
 * tick and half a sample off the end of the one before follows it directly; any other place is a
 * hole or an overlap, however short.
 */
final class SoundClock {
  private static final double HALF_A_SAMPLE = 0.5;
  private static final double MICROS = 1e6;

  private final double samplesPerTick;
  private final double zero;
  private long next;
  private boolean begun;

  /**
   * @param rate of the source, in Hz
   * @param tickSeconds one tick of the time stamps' clock
   * @param zeroMicros where time 0 lies in the source's own time
   */
  SoundClock(int rate, double tickSeconds, long zeroMicros) {
    this.samplesPerTick = tickSeconds * rate;
    this.zero = zeroMicros * (rate / MICROS);
  }

  /**
   * The place of a frame's first sample; below 0 for one that lies before time 0.
   *
   * @param timeStamp in ticks; empty where the frame has none, which then follows the one before
   */
  long place(OptionalLong timeStamp, int samples) {
    if (timeStamp.isPresent()) {
      double given = timeStamp.getAsLong() * samplesPerTick - zero;
      if (!begun || Math.abs(given - next) > samplesPerTick + HALF_A_SAMPLE) {
        next = Math.round(given);
      }
    }
    begun = true;
    long place = next;
    next += samples;
    return place;
  }

  /** Where a frame that follows directly would be placed. */
  long next() {
    return next;
  }
}
