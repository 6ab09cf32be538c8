package dev.kinebeam.sample.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.sample.Clip;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.Slot;
import dev.kinebeam.sample.libav.AudioFormat;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.libav.MediaWriter;
import dev.kinebeam.sample.libav.Sound;
import dev.kinebeam.sample.sound.Tone;
import dev.kinebeam.sample.sound.WildTrack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools that prove others right are themselves shown to notice what is wrong. */
class ProofToolsScenarioTest {
  private static final SampleExercise SAMPLE = SampleExercise.small();
  private static final int RATE = Sound.SAMPLE_RATE;

  @Test
  void lagMeasuresByHowManySamplesASoundIsLate(@TempDir Path dir) throws IOException {
    float[] noise = WildTrack.breathing(1, RATE, RATE, 0.5);
    for (int late : new int[] {0, 1, 37, 480}) {
      float[] shifted = new float[RATE + 500];
      System.arraycopy(noise, 0, shifted, late, RATE);
      Sound sound = encoded(dir, shifted);
      Lag.Measured lag = Lag.measure(noise, sound, 9_600, 9_600, 600);
      assertThat(lag.samples()).isEqualTo(late);
      assertThat(lag.similarity()).isGreaterThan(0.98);
    }
  }

  @Test
  void lagOfAnotherSoundHasNoSimilarity(@TempDir Path dir) throws IOException {
    Sound other = encoded(dir, WildTrack.breathing(2, RATE, RATE, 0.5));
    float[] noise = WildTrack.breathing(1, RATE, RATE, 0.5);
    assertThat(Lag.measure(noise, other, 9_600, 9_600, 300).similarity()).isLessThan(0.3);
  }

  @Test
  void toneFinderFindsWhereAToneReallyBegins(@TempDir Path dir) throws IOException {
    Tone tone = new Tone(0.305, 1_240, 0.25);
    float[] signal = WildTrack.breathing(1, RATE, RATE, 0.5);
    tone.addTo(signal, RATE);
    Sound sound = encoded(dir, signal);
    assertThat(ToneFinder.find(sound, tone, 0.300, 0.02))
        .hasValueSatisfying(
            found -> assertThat(found.onsetSeconds()).isCloseTo(0.305, within(0.0002)));
  }

  @Test
  void toneFinderDoesNotTakeOneCountForAnother(@TempDir Path dir) throws IOException {
    Tone tone = SAMPLE.voiceOver(Slot.REP_LEFT, 1).tones().get(4);
    float[] signal = new float[4 * RATE];
    tone.addTo(signal, RATE);
    Sound sound = encoded(dir, signal);
    Tone next = SAMPLE.voiceOver(Slot.REP_LEFT, 1).tones().get(5);
    assertThat(ToneFinder.find(sound, tone, tone.onsetSeconds(), 0.02)).isPresent();
    assertThat(ToneFinder.find(sound, next, tone.onsetSeconds(), 0.02)).isEmpty();
  }

  @Test
  void expectedRenderRepeatsClipsAndKeepsOnlyTheCountsThatAreReached() {
    ExpectedRender.Part intro =
        ExpectedRender.Part.repeating(
            SAMPLE.clip(Slot.INTRO, 1), 1, SAMPLE.voiceOver(Slot.INTRO, 1));
    ExpectedRender.Part set =
        ExpectedRender.Part.repeating(
            SAMPLE.clip(Slot.REP_LEFT, 2), 2, SAMPLE.voiceOver(Slot.REP_LEFT, 3));
    ExpectedRender expected = ExpectedRender.of(SAMPLE, List.of(intro, set));
    assertThat(expected.frames()).isEqualTo(42 + 150);
    assertThat(expected.firstFrames()).containsExactly(0, 42);
    assertThat(expected.barcodes().get(42 + 75)).isEqualTo(expected.barcodes().get(42));
    assertThat(expected.tones()).hasSize(1 + 10);
    assertThat(expected.tones().get(10).onsetSeconds())
        .isCloseTo(1.4 + 9 * 0.5 + 1 / 30.0, within(1e-9));
  }

  @Test
  void aSlowerClipRepeatsFramesAtTheFasterRate() {
    Clip odd = SAMPLE.clip(Slot.INTRO, 2);
    assertThat(List.of(0, 1, 2, 3, 4, 5, 6).stream().map(f -> odd.frameSeenAt(f, 30)).toList())
        .containsExactly(0, 1, 2, 2, 3, 4, 5);
    assertThat(odd.frameSeenAt(41, 30)).isEqualTo(34);
  }

  private static Sound encoded(Path dir, float[] signal) throws IOException {
    Path file = dir.resolve("sound.mp3");
    MediaWriter.writeMp3(file, new AudioFormat("libmp3lame", RATE, 2, 192_000), signal);
    return MediaReader.sound(file);
  }
}
