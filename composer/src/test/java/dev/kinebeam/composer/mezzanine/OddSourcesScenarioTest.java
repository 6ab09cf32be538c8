package dev.kinebeam.composer.mezzanine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.composer.libav.DurationLimit;
import dev.kinebeam.composer.libav.PcmDecoder;
import dev.kinebeam.composer.testing.OddMedia;
import dev.kinebeam.sample.libav.DecodedFrame;
import dev.kinebeam.sample.libav.MediaReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A flash and a beep at every full second lie in a mezzanine as far apart as in their source. */
class OddSourcesScenarioTest {
  private static final DurationLimit LONGEST =
      new DurationLimit(Duration.ofMinutes(1), "A_SETTING");
  private static final int SAMPLES_PER_FRAME = 1600;
  private static final double SAMPLES_PER_MILLI = 48;

  /** A fifth of the beep's height; its sine passes it within four samples. */
  private static final int LOUD = 3_000;

  private static final int QUIET_SAMPLES = 4_800;
  private static final int GREY = 128;

  @TempDir private Path directory;

  /**
   * The sources of odd-media/make.sh.
   *
   * @param frames of the mezzanine
   * @param flashes and how many of them
   * @param late by how much each beep follows its flash in the source, in milliseconds
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "good.mp4, 120, 3, 0",
    "frag-bframes.mp4, 120, 3, 0",
    "no-editlist.mp4, 120, 3, 0",
    "lost-aac-packets.mkv, 120, 3, 0",
    "restart.ts, 109, 3, 0",
    "jump.ts, 109, 3, 0",
    "wrap.ts, 120, 3, 0",
    "start-3600.mkv, 120, 3, 0",
    "audio-late.mp4, 120, 3, 500",
    "video-late.mp4, 120, 3, -500",
    "audio-longer.mp4, 120, 3, 0",
    "edit-list.mp4, 105, 3, 0",
  })
  void everyBeepIsWithinAMillisecondOfItsFlash(String source, int frames, int flashes, double late)
      throws IOException {
    long made =
        NormalizeMain.video(
            OddMedia.file(source),
            List.of(new Target(directory, Profile.TINY.format())),
            LONGEST,
            done -> {});

    assertThat(made).isEqualTo(frames);
    List<Integer> seen = flashes(directory.resolve(VideoMezzanine.VIDEO_FILE));
    List<Integer> heard = beeps(directory.resolve(VideoMezzanine.AUDIO_FILE));
    assertThat(seen).hasSize(flashes);
    for (int frame : seen) {
      double expected = frame * SAMPLES_PER_FRAME + late * SAMPLES_PER_MILLI;
      assertThat(heard)
          .as("beeps at samples %s for the flash of frame %d", heard, frame)
          .anySatisfy(
              sample -> assertThat((double) sample).isCloseTo(expected, within(SAMPLES_PER_MILLI)));
    }
  }

  /**
   * Its LAME header counts 60 of its frames and pads the last by 961 samples, which libav therefore
   * leaves out in the middle: a hole of 432 samples.
   */
  @Test
  void theBeepsOfAVoiceStayInTheirPlacesAlthoughItsHeaderLies() throws IOException {
    byte[] voice = OddMedia.bytes("voice.mp3");
    String text = new String(voice, StandardCharsets.ISO_8859_1);
    int frames = text.indexOf("Info") + 8;
    int padding = text.indexOf("Lavc", frames) + 22;
    ByteBuffer header = ByteBuffer.wrap(voice);
    assertThat(header.getInt(frames)).as("frames, truly").isEqualTo(168);
    header.putInt(frames, 60);
    header.put(padding, (byte) ((voice[padding] & 0xf0) | (961 >> 8))).put(padding + 1, (byte) 961);
    Path source = Files.write(directory.resolve("voice.mp3"), voice);
    Path pcm = directory.resolve("voice.pcm");

    PcmDecoder.decode(source, pcm, LONGEST);

    List<Integer> heard = beeps(pcm);
    assertThat(heard).hasSize(3);
    for (int second = 1; second <= 3; second++) {
      assertThat((double) heard.get(second - 1))
          .isCloseTo(second * 48_000.0, within(SAMPLES_PER_MILLI));
    }
  }

  /** The frames with which a flash begins. */
  private static List<Integer> flashes(Path video) throws IOException {
    List<Integer> flashes = new ArrayList<>();
    List<DecodedFrame> frames = MediaReader.frames(video);
    boolean lit = false;
    for (int i = 0; i < frames.size(); i++) {
      boolean now = frames.get(i).lumaAt(192, 108) > GREY;
      if (now && !lit) {
        flashes.add(i);
      }
      lit = now;
    }
    return flashes;
  }

  /** The samples with which a beep begins. */
  private static List<Integer> beeps(Path pcm) throws IOException {
    ShortBuffer sound =
        ByteBuffer.wrap(Files.readAllBytes(pcm)).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    List<Integer> beeps = new ArrayList<>();
    int quiet = QUIET_SAMPLES;
    for (int i = 0; i < sound.limit() / 2; i++) {
      if (Math.abs(sound.get(2 * i)) < LOUD) {
        quiet++;
      } else {
        if (quiet >= QUIET_SAMPLES) {
          beeps.add(i);
        }
        quiet = 0;
      }
    }
    return beeps;
  }
}
