package dev.kinebeam.composer.media;

import dev.kinebeam.composer.libav.DurationLimit;
import dev.kinebeam.composer.libav.MediaReport;
import dev.kinebeam.composer.libav.Mp3Maker;
import dev.kinebeam.composer.libav.PictureShape;
import dev.kinebeam.composer.mezzanine.Normalizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The child process in which delivered files are decoded: it is asked {@code inspect FILE LONGEST}
 * or {@code mp3 FILE LONGEST TARGET} or {@code shape FILE LONGEST}.
 */
public final class MediaMain {
  static final String INSPECT = "look";
  static final String MP3 = "mp3";
  static final String SHAPE = "shape";

  private MediaMain() {}

  public static void main(String[] args) throws InterruptedException {
    ChildService.serve(
        question -> {
          Path file = Path.of(question.get(1));
          DurationLimit longest =
              new DurationLimit(Duration.parse(question.get(2)), Normalizer.Limits.LONGEST);
          if (question.get(0).equals(SHAPE)) {
            PictureShape shape = PictureShape.of(file);
            return List.of(Integer.toString(shape.width()), Integer.toString(shape.height()));
          }
          if (question.get(0).equals(INSPECT)) {
            return Wire.words(MediaReport.of(file, longest));
          }
          Mp3Maker.make(file, Path.of(question.get(3)), longest);
          return List.of();
        });
  }
}
