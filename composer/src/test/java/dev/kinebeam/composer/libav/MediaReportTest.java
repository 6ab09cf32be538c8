package dev.kinebeam.composer.libav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.BrokenMedia;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The meter against signals whose loudness and peak follow from the standard. */
class MediaReportTest {
  private static final int RATE = 48_000;
  private static final DurationLimit LONGEST =
      new DurationLimit(Duration.ofMinutes(1), "A_SETTING");

  @TempDir Path folder;

  private MediaReport.Sound wav(int channels, double seconds, IntToDoubleFunction signal)
      throws IOException {
    int samples = (int) (seconds * RATE);
    ByteBuffer pcm =
        ByteBuffer.allocate(samples * channels * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < samples; i++) {
      for (int channel = 0; channel < channels; channel++) {
        pcm.putShort((short) Math.round(signal.applyAsDouble(i) * Short.MAX_VALUE));
      }
    }
    Path file = folder.resolve("signal.wav");
    AudioFormat format = new AudioFormat(RATE, 16, channels, true, false);
    try (AudioInputStream stream =
        new AudioInputStream(new ByteArrayInputStream(pcm.array()), format, samples)) {
      AudioSystem.write(stream, AudioFileFormat.Type.WAVE, file.toFile());
    }
    return MediaReport.of(file, LONGEST).sound().orElseThrow();
  }

  private static double sine(double hertz, double level, int sample) {
    return level * Math.sin(2 * Math.PI * hertz * sample / RATE);
  }

  /** EBU Tech 3341, test signal 1: 1 kHz at −23 dBFS on both channels is −23.0 LUFS. */
  @Test
  void aStereoSineIsAsLoudAsItsLevel() throws IOException {
    double level = Math.pow(10, -23 / 20.0);
    MediaReport.Sound sound = wav(2, 5, i -> sine(1000, level, i));
    assertThat(sound.loudness()).isCloseTo(-23.0, within(0.1));
    assertThat(sound.truePeak()).isCloseTo(-23.0, within(0.2));
    assertThat(sound.seconds()).isCloseTo(5.0, within(1e-9));
    assertThat(sound.heardUntil()).isCloseTo(5.0, within(0.001));
  }

  /** It is played on two loudspeakers, as the composer lays it on both channels. */
  @Test
  void aMonoVoiceIsMeasuredAsItIsHeard() throws IOException {
    double level = Math.pow(10, -23 / 20.0);
    MediaReport.Sound sound = wav(1, 5, i -> sine(1000, level, i));
    assertThat(sound.channels()).isEqualTo(1);
    assertThat(sound.loudness()).isCloseTo(-23.0, within(0.1));
  }

  /** EBU Tech 3341, test signal 16: a quarter of the rate, 45° off: samples lie 3 dB below. */
  @Test
  void aPeakBetweenTheSamplesIsFound() throws IOException {
    // Faded in and out: an abrupt beginning overshoots by itself.
    MediaReport.Sound sound =
        wav(
            2,
            2,
            i ->
                0.5
                    * Math.min(1, Math.min(i, 2 * RATE - i) / (0.5 * RATE))
                    * Math.sin(Math.PI / 2 * i + Math.PI / 4));
    assertThat(sound.truePeak()).isBetween(-6.4, -5.8);
  }

  @Test
  void silenceHasNoLoudnessAndIsNeverHeard() throws IOException {
    MediaReport.Sound sound = wav(2, 1, i -> 0);
    assertThat(sound.loudness()).isNaN();
    assertThat(sound.truePeak()).isEqualTo(-120);
    assertThat(sound.heardUntil()).isZero();
  }

  @Test
  void aTailOfSilenceIsNotHeard() throws IOException {
    MediaReport.Sound sound = wav(2, 4, i -> i < 2.5 * RATE ? sine(440, 0.3, i) : 0);
    assertThat(sound.heardUntil()).isCloseTo(2.5, within(0.06));
    assertThat(sound.seconds()).isCloseTo(4.0, within(1e-9));
  }

  @Test
  void picturesAreCountedAndTimed() throws IOException {
    Path bundle = SampleBundle.directory();
    MediaReport odd = MediaReport.of(bundle.resolve("intro-video-2.mp4"), LONGEST);
    MediaReport.Picture picture = odd.picture().orElseThrow();
    assertThat(picture.codec()).isEqualTo("h264");
    assertThat(picture.width()).isEqualTo(256);
    assertThat(picture.height()).isEqualTo(144);
    assertThat(picture.frames()).isEqualTo(35);
    assertThat(picture.fps()).isCloseTo(25, within(1e-9));
    assertThat(picture.seconds()).isCloseTo(1.4, within(1e-9));
    assertThat(picture.even()).isTrue();
    assertThat(picture.interlaced()).isFalse();
    assertThat(odd.sound().orElseThrow().channels()).isEqualTo(1);
    assertThat(odd.sound().orElseThrow().rate()).isEqualTo(44_100);
    assertThat(odd.container()).contains("mp4");
  }

  @Test
  void aFileCutShortIsNoneEvenIfItsIndexIsWhole() throws IOException {
    Path cut = folder.resolve("cut.mp4");
    BrokenMedia.cutShort(SampleBundle.directory().resolve("outro-video-1.mp4"), cut);
    assertThatThrownBy(() -> MediaReport.of(cut, LONGEST)).isInstanceOf(MediaException.class);
  }

  @Test
  void halfASoundFileIsNone() throws IOException {
    Path half = folder.resolve("half.mp3");
    byte[] whole =
        Files.readAllBytes(SampleBundle.directory().resolve("audio/ro/rep-left-vo-1.mp3"));
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> MediaReport.of(half, LONGEST))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("breaks off");
    assertThatThrownBy(() -> Mp3Maker.make(half, folder.resolve("a.mp3"), LONGEST))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("breaks off");
  }

  @Test
  void whatIsLongerThanAPrimitiveMayBeIsNone() {
    Path video = SampleBundle.directory().resolve("outro-video-1.mp4");
    DurationLimit none = new DurationLimit(Duration.ZERO, "A_SETTING");
    assertThatThrownBy(() -> MediaReport.of(video, none))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("A_SETTING");
  }

  @Test
  void aTargetThatCannotBeWrittenIsNotAFaultOfTheSource() {
    Path video = SampleBundle.directory().resolve("outro-video-1.mp4");
    assertThatThrownBy(() -> Mp3Maker.make(video, folder.resolve("no/such.mp3"), LONGEST))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(MediaException.class)
        .hasMessageContaining("cannot write");
  }

  @Test
  void soundTakenOutOfAVideoLiesWhereItLayAndIsTheSameEachTime() throws IOException {
    Path video = SampleBundle.directory().resolve("outro-video-1.mp4");
    Path mp3 = folder.resolve("a.mp3");
    Path again = folder.resolve("b.mp3");
    Mp3Maker.make(video, mp3, LONGEST);
    Mp3Maker.make(video, again, LONGEST);
    assertThat(Files.mismatch(mp3, again)).isEqualTo(-1);
    MediaReport.Sound before = MediaReport.of(video, LONGEST).sound().orElseThrow();
    MediaReport.Sound after = MediaReport.of(mp3, LONGEST).sound().orElseThrow();
    assertThat(after.codec()).isEqualTo("mp3");
    assertThat(after.seconds()).isCloseTo(before.seconds(), within(0.001));
    assertThat(lag(video, mp3)).isBetween(-2, 2);
  }

  /** By how many samples the second lies behind the first. */
  private int lag(Path one, Path other) throws IOException {
    Path first = folder.resolve("one.pcm");
    Path second = folder.resolve("other.pcm");
    PcmDecoder.decode(one, first, LONGEST);
    PcmDecoder.decode(other, second, LONGEST);
    ByteBuffer a = ByteBuffer.wrap(Files.readAllBytes(first)).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(second)).order(ByteOrder.LITTLE_ENDIAN);
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int lag = -1500; lag <= 1500; lag++) {
      double likeness = 0;
      for (int i = 4000; i < 30_000; i += 3) {
        likeness += (double) a.getShort(4 * i) * b.getShort(4 * (i + lag));
      }
      if (likeness > most) {
        most = likeness;
        best = lag;
      }
    }
    return best;
  }
}
