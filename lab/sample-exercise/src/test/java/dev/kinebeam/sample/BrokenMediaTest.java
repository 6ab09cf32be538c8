package dev.kinebeam.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.sample.libav.AudioFormat;
import dev.kinebeam.sample.libav.LibavWarnings;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.libav.MediaWriter;
import dev.kinebeam.sample.libav.Picture;
import dev.kinebeam.sample.libav.SampleVideoFormat;
import dev.kinebeam.sample.picture.Stage;
import dev.kinebeam.sample.picture.Take;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenMediaTest {
  @TempDir private Path dir;
  private Path whole;
  private Path broken;

  @BeforeEach
  void makeAWholeVideo() throws IOException {
    whole = dir.resolve("whole.mp4");
    broken = dir.resolve("broken.mp4");
    Stage stage = new Stage(new Take(Take.Scene.PAUSE, 1, 1, 384, 216, 30, 30, 0.5));
    SampleVideoFormat video = new SampleVideoFormat(384, 216, 30, 20, "superfast");
    try (Picture picture = new Picture(384, 216);
        MediaWriter writer =
            MediaWriter.mp4(
                whole, video, new AudioFormat("aac", 48_000, 2, 128_000), new float[48_000])) {
      for (int frame = 0; frame < 30; frame++) {
        for (var area : stage.draw(frame)) {
          picture.update(stage.image(), area);
        }
        writer.write(picture);
      }
      writer.finish();
    }
  }

  @Test
  void cutShortOpensButCannotBeDecodedToTheEnd() throws IOException {
    BrokenMedia.cutShort(whole, broken);
    assertThat(MediaReader.facts(broken).frames()).isEqualTo(30);
    assertThat(LibavWarnings.during(() -> assertDecodesLess(30))).isNotEmpty();
  }

  @Test
  void cutAtOnceHasNoStreams() throws IOException {
    BrokenMedia.cutAtOnce(whole, broken);
    assertThatThrownBy(() -> MediaReader.facts(broken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("neither picture nor sound");
  }

  @Test
  void textPosingAsMp4DoesNotOpen() throws IOException {
    BrokenMedia.textPosingAsMp4(broken);
    assertThatThrownBy(() -> MediaReader.facts(broken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("broken.mp4");
  }

  @Test
  void emptyDoesNotOpen() throws IOException {
    BrokenMedia.empty(broken);
    assertThatThrownBy(() -> MediaReader.facts(broken)).isInstanceOf(IOException.class);
  }

  private void assertDecodesLess(int frames) {
    try {
      assertThat(MediaReader.pictures(broken)).hasSizeLessThan(frames);
    } catch (IOException expected) {
      assertThat(expected).hasMessageContaining("broken.mp4");
    }
  }
}
