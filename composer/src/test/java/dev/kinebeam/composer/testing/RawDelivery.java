package dev.kinebeam.composer.testing;

import dev.kinebeam.sample.BundleProgress;
import dev.kinebeam.sample.SampleExercise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The tiny sample as a filming team hands it over, made once for all tests of this module. */
public final class RawDelivery {
  private RawDelivery() {}

  /** Its folder; not to be changed. */
  public static synchronized Path directory() {
    Path directory = Path.of("target", "raw-tiny");
    try {
      SampleExercise.tiny().writeRawTo(directory, BundleProgress.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  /** A copy that a test may spoil. */
  public static Path copyTo(Path target) throws IOException {
    Files.createDirectories(target);
    List<Path> files;
    try (Stream<Path> list = Files.list(directory())) {
      files = list.toList();
    }
    for (Path file : files) {
      Files.copy(file, target.resolve(file.getFileName()));
    }
    return target;
  }
}
