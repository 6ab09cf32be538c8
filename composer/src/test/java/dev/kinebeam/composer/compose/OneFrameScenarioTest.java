package dev.kinebeam.composer.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.hls.HlsPart;
import dev.kinebeam.composer.testing.OpenRender;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.libav.Footage;
import dev.kinebeam.sample.libav.LibavWarnings;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.libav.MediaReader.DecodedPicture;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primitive of one frame needs no reordering, and its neighbours do. */
class OneFrameScenarioTest {
  private static final int CLIP = 30;
  private static final Recipe RECIPE =
      new Recipe(SampleExercise.SLUG, "ro", List.of(new SetSpec("left", 5)), 1L, false);

  @TempDir private Path directory;
  private BundleDirectory bundle;

  @BeforeEach
  void film() throws IOException {
    Path folder = SampleBundle.copyTo(directory.resolve(SampleExercise.SLUG));
    for (String slot : List.of("intro", "outro")) {
      for (int variant = 1; variant <= SampleExercise.VARIANTS; variant++) {
        Path file = folder.resolve(slot + "-video-" + variant + ".mp4");
        new Footage().clip(CLIP).frames(1, 30, 1).writeTo(file);
      }
    }
    bundle = BundleDirectory.open(folder);
  }

  @Test
  void itIsShownOnceAtTheBeginningAndOnceAtTheEnd() throws Exception {
    Path file = directory.resolve("out.mp4");
    new Composer(SampleBundle.cache()).compose(bundle, RECIPE, file, Progress.NONE);
    showsItFirstAndLast(file);
  }

  @Test
  void soItIsInSegments() throws Exception {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    try (OpenRender render = OpenRender.of(bundle, RECIPE, List.of(SampleBundle.cache()))) {
      append(render, render.init("216p"), stream);
      for (String name : render.segments("216p")) {
        append(render, name, stream);
      }
    }
    showsItFirstAndLast(Files.write(directory.resolve("segments.mp4"), stream.toByteArray()));
  }

  private static void append(OpenRender render, String name, ByteArrayOutputStream stream)
      throws IOException {
    HlsPart part = render.part(name).orElseThrow();
    part.copyTo(Channels.newChannel(stream), 0, part.bytes());
  }

  private static void showsItFirstAndLast(Path file) throws Exception {
    List<DecodedPicture> pictures = MediaReader.pictures(file);
    assertThat(pictures).hasSizeGreaterThan(30);
    for (int i = 0; i < pictures.size(); i++) {
      boolean ofOneFrame = i == 0 || i == pictures.size() - 1;
      assertThat(pictures.get(i).ptsSeconds()).isCloseTo(i / 30.0, within(1e-6));
      assertThat(pictures.get(i).barcode().map(Barcode::clip).filter(clip -> clip == CLIP))
          .as("picture %d", i)
          .matches(clip -> clip.isPresent() == ofOneFrame);
    }
    assertThat(LibavWarnings.during(() -> MediaReader.pictures(file))).isEmpty();
  }
}
