package dev.kinebeam.composer.libav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.sample.libav.Footage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureShapeTest {
  @TempDir private Path folder;

  @Test
  void itIsThatOfTheUprightPictureWithSquarePixels() throws Exception {
    assertThat(of(new Footage().size(640, 360))).isEqualTo(new PictureShape(640, 360));
    assertThat(of(new Footage().size(640, 360).turnedBy(90))).isEqualTo(new PictureShape(360, 640));
    assertThat(of(new Footage().size(720, 576).pixelAspect(16, 15)))
        .isEqualTo(new PictureShape(768, 576));
  }

  @Test
  void whatHasNoPictureHasNone() throws Exception {
    Path text = Files.writeString(folder.resolve("text.mp4"), "this is not a video");
    assertThatThrownBy(() -> PictureShape.of(text)).isInstanceOf(IOException.class);
  }

  private PictureShape of(Footage footage) throws Exception {
    Path file = folder.resolve("footage.mp4");
    footage.frames(3, 30, 1).writeTo(file);
    return PictureShape.of(file);
  }
}
