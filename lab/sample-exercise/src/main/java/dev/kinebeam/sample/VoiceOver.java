package dev.kinebeam.sample;

import dev.kinebeam.sample.sound.Tone;
import java.util.List;

/**
 * One voice-over of the sample: tones where a voice would speak.
 *
 * <p>All times count from the first recorded sample. An MP3 container puts that sample at its own
 * {@code start_time} (1105 samples of encoder delay at 44.1 kHz), so a reader that works in
 * container time finds count <i>k</i> at {@code start_time + tones().get(k - 1).onsetSeconds()}.
 *
 * @param slot the slot it belongs to
 * @param variant 1–3
 * @param language folder below {@code audio}
 * @param samples exact length in samples per channel at {@link #SAMPLE_RATE}
 * @param tones in time order; for a repetition slot, one for each of the counts 1–20
 */
public record VoiceOver(Slot slot, int variant, String language, int samples, List<Tone> tones) {

  /** Sample rate of every voice-over, in Hz. */
  public static final int SAMPLE_RATE = 44_100;

  /** Channels of every voice-over. */
  public static final int CHANNELS = 2;

  public VoiceOver {
    tones = List.copyOf(tones);
  }

  /** The path inside the bundle, for example {@code audio/ro/rep-left-vo-2.mp3}. */
  public String fileName() {
    return "audio/" + language + "/" + slot.prefix() + "-vo-" + variant + ".mp3";
  }
}
