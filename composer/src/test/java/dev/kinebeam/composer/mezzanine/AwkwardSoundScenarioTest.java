package dev.kinebeam.composer.mezzanine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.composer.libav.DurationLimit;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.sample.libav.Footage;
import dev.kinebeam.sample.libav.Footage.SoundTrack;
import dev.kinebeam.sample.libav.Sound;
import dev.kinebeam.sample.proof.ToneFinder;
import dev.kinebeam.sample.sound.Tone;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever sound was recorded becomes 48 kHz stereo, in its place and at its level. */
class AwkwardSoundScenarioTest {
  private static final Tone TONE = new Tone(0.4, 1000, 0.3);

  /** Of the tone alone. */
  private static final double LEVEL = 0.5;

  private static final int CHANNELS_OF_5_1 = 6;

  @TempDir Path directory;

  /** A source, and where its tone must be. */
  record Source(String name, String ending, Footage footage, int frames, double onset) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Source> sources() {
    return Stream.of(
        new Source("stereo, 48 kHz", "mp4", with(aac(48_000, 2)), 30, 0.4),
        new Source("mono, 44.1 kHz", "mp4", with(aac(44_100, 1)), 30, 0.4),
        new Source("mono, 22.05 kHz", "mkv", with(aac(22_050, 1)), 30, 0.4),
        new Source("96 kHz PCM", "mov", with(pcm(96_000, 2)), 30, 0.4),
        new Source("begins after the picture", "mp4", with(aac(48_000, 2).after(0.25)), 30, 0.65),
        new Source(
            "MPEG-TS, both from 1.4 s on", "ts", with(aac(48_000, 2)).codec("mpeg2video"), 30, 0.4),
        new Source(
            "begins before the picture",
            "mkv",
            with(pcm(48_000, 2).after(-0.2)).startingAt(0.5),
            30,
            0.2),
        new Source(
            "a hole before the tone", "mkv", with(pcm(48_000, 2).withHole(0.2, 0.2)), 30, 0.6),
        new Source(
            "time that runs back before the tone",
            "mkv",
            with(pcm(48_000, 2).withHole(0.2, -0.01)),
            30,
            0.39),
        new Source(
            "two tracks, the first counts",
            "mov",
            with(pcm(48_000, 2)).sound(SoundTrack.of("pcm_s16le", 48_000, tone(48_000, 1, 0.7))),
            30,
            0.4));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sources")
  void theToneIsInItsPlaceAndAsLoudAsItWas(Source source) throws IOException {
    byte[] pcm = normalize(source.footage(), source.ending());
    assertThat(pcm).hasSize(source.frames() * 1600 * 4);
    ToneFinder.Found found =
        ToneFinder.find(Sound.ofPcm(pcm), TONE, source.onset(), 0.1).orElseThrow();
    assertThat(found.onsetSeconds()).isCloseTo(source.onset(), within(0.001));
    assertThat(found.level()).isCloseTo(LEVEL, within(0.03));
  }

  @Test
  void noSoundIsSilenceOfThePicturesLength() throws IOException {
    assertThat(normalize(new Footage(), "mp4")).hasSize(30 * 1600 * 4).containsOnly(0);
  }

  @Test
  void aTrackThatCannotBeDecodedGivesWayToOneThatCan() throws IOException {
    Footage both = with(pcm(48_000, 2)).sound(aac(48_000, 2));
    byte[] pcm = normalize(both, "mov", AwkwardSoundScenarioTest::forgetTheCodec);
    ToneFinder.Found found = ToneFinder.find(Sound.ofPcm(pcm), TONE, 0.4, 0.1).orElseThrow();
    assertThat(found.level()).isCloseTo(LEVEL, within(0.03));
  }

  @Test
  void anUndecodableTrackIsReported() {
    assertThatThrownBy(
            () -> normalize(with(pcm(48_000, 2)), "mov", AwkwardSoundScenarioTest::forgetTheCodec))
        .isInstanceOf(MediaException.class)
        .hasMessage(
            "its sound is in the codec 'nixd', which this build of ffmpeg does not decode:"
                + " export it as AAC");
  }

  /** PCM's name in a QuickTime file becomes an unknown one. */
  private static void forgetTheCodec(Path file) throws IOException {
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertThat(bytes.split("sowt", -1)).as("once").hasSize(2);
    Files.writeString(file, bytes.replace("sowt", "nixd"), StandardCharsets.ISO_8859_1);
  }

  @Test
  void oneFrontChannelOfSixKeepsItsLevel() throws IOException {
    List<float[]> channels = silent();
    channels.set(0, tone(48_000, 1, TONE.onsetSeconds()).get(0));
    byte[] pcm = normalize(with(SoundTrack.of("pcm_s16le", 48_000, channels)), "mov");
    ToneFinder.Found found = ToneFinder.find(Sound.ofPcm(pcm), TONE, 0.4, 0.1).orElseThrow();
    // On one of two channels, of which the finder hears the mean.
    assertThat(found.level()).isCloseTo(LEVEL / 2, within(0.01));
  }

  @Test
  void theCentreIsHeardOnBothSidesThreeDecibelsLower() throws IOException {
    List<float[]> channels = silent();
    channels.set(2, tone(48_000, 1, TONE.onsetSeconds()).get(0));
    byte[] pcm = normalize(with(SoundTrack.of("pcm_s16le", 48_000, channels)), "mov");
    ToneFinder.Found found = ToneFinder.find(Sound.ofPcm(pcm), TONE, 0.4, 0.1).orElseThrow();
    assertThat(found.level()).isCloseTo(LEVEL * Math.sqrt(0.5), within(0.01));
  }

  /** Also where it is loud at the end, and the time stamps begin late. */
  @ParameterizedTest
  @CsvSource({"mov, 0.4, 0", "mov, 0.7, 3", "mkv, 0.7, 3"})
  void sixLoudChannelsAreLoweredAsAWholeAndNothingIsClipped(
      String ending, double onset, double start) throws IOException {
    float[] loud = tone(48_000, 1, onset).get(0);
    List<float[]> channels = Collections.nCopies(CHANNELS_OF_5_1, loud);
    SoundTrack sound = SoundTrack.of("pcm_s16le", 48_000, channels);
    byte[] pcm = normalize(with(sound).startingAt(start), ending);
    ShortBuffer made = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    double loudest = 0;
    for (float sample : loud) {
      loudest = Math.max(loudest, Math.abs(sample));
    }
    assertThat(loudest * (1 + 2 * Math.sqrt(0.5))).as("it would clip").isGreaterThan(1.1);
    for (int i = 0; i < loud.length; i++) {
      double expected = loud[i] / loudest;
      assertThat(made.get(2 * i) / 32768.0).isCloseTo(expected, within(0.0002));
      assertThat(made.get(2 * i + 1)).isEqualTo(made.get(2 * i));
    }
  }

  private static Footage with(SoundTrack sound) {
    return new Footage().sound(sound);
  }

  private static SoundTrack aac(int rate, int channels) {
    return SoundTrack.of("aac", rate, tone(rate, channels, TONE.onsetSeconds()));
  }

  private static SoundTrack pcm(int rate, int channels) {
    return SoundTrack.of("pcm_s16le", rate, tone(rate, channels, TONE.onsetSeconds()));
  }

  private static List<float[]> tone(int rate, int channels, double onset) {
    float[] sound = new float[rate];
    new Tone(onset, TONE.hertz(), TONE.seconds()).addTo(sound, rate);
    return Collections.nCopies(channels, sound);
  }

  private static List<float[]> silent() {
    return new java.util.ArrayList<>(Collections.nCopies(CHANNELS_OF_5_1, new float[48_000]));
  }

  private byte[] normalize(Footage footage, String ending) throws IOException {
    return normalize(footage, ending, file -> {});
  }

  private interface Spoiler {
    void spoil(Path file) throws IOException;
  }

  private byte[] normalize(Footage footage, String ending, Spoiler spoiler) throws IOException {
    Path source = directory.resolve("source." + ending);
    footage.size(128, 72).writeTo(source);
    spoiler.spoil(source);
    Path out = Files.createTempDirectory(directory, "mezzanine");
    DurationLimit longest = new DurationLimit(Duration.ofMinutes(1), "A_SETTING");
    NormalizeMain.video(
        source, List.of(new Target(out, Profile.TINY.format())), longest, frames -> {});
    return Files.readAllBytes(out.resolve(VideoMezzanine.AUDIO_FILE));
  }
}
