package dev.kinebeam.composer.compose;

import dev.kinebeam.composer.mezzanine.PcmClip;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The whole sound of a render: clips placed on samples, each with its gain, added up and limited.
 * Mixed block by block as it is asked for, so its length costs no memory. Thread-safe.
 */
final class SoundTrack {
  private static final float FULL_SCALE = 32768f;

  /**
   * A clip in its place.
   *
   * @param samples how many are heard; silence where the clip has fewer
   * @param gain linear
   */
  record Placed(PcmClip clip, long firstSample, long samples, float gain) {
    private long end() {
      return firstSample + Math.min(samples, clip.samples());
    }

    private boolean sounds(long from, long to) {
      return firstSample < to && end() > from;
    }
  }

  private final List<Placed> clips;
  private final long samples;

  /**
   * @param clips in any order
   * @param samples length of the track
   */
  SoundTrack(List<Placed> clips, long samples) {
    this.clips = clips.stream().sorted(Comparator.comparingLong(Placed::firstSample)).toList();
    this.samples = samples;
  }

  long samples() {
    return samples;
  }

  /** Fills both arrays from sample {@code from} on; with silence beyond the end. */
  void mix(long from, float[] left, float[] right) {
    Arrays.fill(left, 0);
    Arrays.fill(right, 0);
    long to = Math.min(from + left.length, samples);
    short[] pcm = new short[2 * left.length];
    for (Placed placed : clips) {
      if (placed.sounds(from, to)) {
        add(placed, from, to, pcm, left, right);
      }
    }
    for (int i = 0; i < left.length; i++) {
      left[i] = SoftLimiter.limit(left[i]);
      right[i] = SoftLimiter.limit(right[i]);
    }
  }

  /**
   * Lists everything that the samples from {@code from} to {@code to} depend on: equal lists mean
   * equal samples, in this track or another.
   */
  String describe(long from, long to) {
    StringBuilder words = new StringBuilder().append(to - from);
    long end = Math.min(to, samples);
    for (Placed placed : clips) {
      if (placed.sounds(from, end)) {
        long begin = Math.max(from, placed.firstSample());
        words
            .append('|')
            .append(placed.clip().id())
            .append(" from ")
            .append(begin - placed.firstSample())
            .append(" for ")
            .append(Math.min(end, placed.end()) - begin)
            .append(" at ")
            .append(begin - from)
            .append(" times ")
            .append(placed.gain());
      }
    }
    return words.toString();
  }

  private static void add(
      Placed placed, long from, long to, short[] pcm, float[] left, float[] right) {
    long begin = Math.max(from, placed.firstSample());
    int count = (int) (Math.min(to, placed.end()) - begin);
    placed.clip().read((int) (begin - placed.firstSample()), pcm, count);
    float factor = placed.gain() / FULL_SCALE;
    int at = (int) (begin - from);
    for (int i = 0; i < count; i++) {
      left[at + i] += pcm[2 * i] * factor;
      right[at + i] += pcm[2 * i + 1] * factor;
    }
  }
}
