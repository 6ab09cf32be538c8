package dev.kinebeam.composer.libav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.sample.libav.Footage;
import dev.kinebeam.sample.libav.Footage.SoundTrack;
import dev.kinebeam.sample.libav.Sound;
import dev.kinebeam.sample.proof.ToneFinder;
import dev.kinebeam.sample.sound.Tone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The voice lies under the pictures where it lay before, whatever the container does. */
class Mp3MakerTest {
  private static final int RATE = 48_000;
  private static final DurationLimit LONGEST =
      new DurationLimit(Duration.ofMinutes(1), "A_SETTING");
  private static final Tone TONE = new Tone(0.4, 1000, 0.3);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "mp4, 0,    false, 0,   0.4",
    "mp4, 0.25, false, 0,   0.65",
    "mkv, -0.2, false, 0.5, 0.2",
    "mkv, 0,    true,  0,   0.6",
  })
  void theToneStaysInItsPlace(String ending, double after, boolean hole, double start, double onset)
      throws IOException {
    float[] sound = new float[RATE];
    TONE.addTo(sound, RATE);
    SoundTrack track =
        SoundTrack.of(ending.equals("mp4") ? "aac" : "pcm_s16le", RATE, List.of(sound, sound))
            .after(after);
    Path source = folder.resolve("source." + ending);
    new Footage()
        .sound(hole ? track.withHole(0.2, 0.2) : track)
        .startingAt(start)
        .size(128, 72)
        .writeTo(source);
    Path mp3 = folder.resolve("made.mp3");
    Mp3Maker.make(source, mp3, LONGEST);
    Path pcm = folder.resolve("made.pcm");
    PcmDecoder.decode(mp3, pcm, LONGEST);
    ToneFinder.Found found =
        ToneFinder.find(Sound.ofPcm(Files.readAllBytes(pcm)), TONE, onset, 0.1).orElseThrow();
    assertThat(found.onsetSeconds()).isCloseTo(onset, within(0.002));
  }
}
