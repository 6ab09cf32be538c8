package dev.kinebeam.render.compose;

import dev.kinebeam.render.mezzanine.PcmClip;
import java.util.Arrays;
import java.util.List;

/**
 * The whole sound of a render: clips placed on samples, each with its gain, added up and limited.
 * Mixed block by block as it is asked for, from front to back, so its length costs no memory.
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
  }

  private final List<Placed> clips;
  private final long samples;
  private int firstLive;
  private short[] pcm = new short[0];

  /**
   * @param clips in order of their starts
   * @param samples length of the track
   */
  SoundTrack(List<Placed> clips, long samples) {
    this.clips = clips;
    this.samples = samples;
  }

  long samples() {
    return samples;
  }

  /** Fills both arrays from sample {@code from} on; never earlier than the call before. */
  void mix(long from, float[] left, float[] right) {
    Arrays.fill(left, 0);
    Arrays.fill(right, 0);
    long to = Math.min(from + left.length, samples);
    while (firstLive < clips.size() && clips.get(firstLive).end() <= from) {
      firstLive++;
    }
    for (int i = firstLive; i < clips.size() && clips.get(i).firstSample() < to; i++) {
      add(clips.get(i), from, to, left, right);
    }
    for (int i = 0; i < left.length; i++) {
      left[i] = SoftLimiter.limit(left[i]);
      right[i] = SoftLimiter.limit(right[i]);
    }
  }

  private void add(Placed placed, long from, long to, float[] left, float[] right) {
    long begin = Math.max(from, placed.firstSample());
    int count = (int) (Math.min(to, placed.end()) - begin);
    if (count <= 0) {
      return;
    }
    if (pcm.length < 2 * count) {
      pcm = new short[2 * count];
    }
    placed.clip().read((int) (begin - placed.firstSample()), pcm, count);
    float factor = placed.gain() / FULL_SCALE;
    int at = (int) (begin - from);
    for (int i = 0; i < count; i++) {
      left[at + i] += pcm[2 * i] * factor;
      right[at + i] += pcm[2 * i + 1] * factor;
    }
  }
}
