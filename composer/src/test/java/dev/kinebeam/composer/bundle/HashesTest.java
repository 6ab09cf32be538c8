package dev.kinebeam.composer.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hash is remembered, and never the hash of what a file was before. */
class HashesTest {
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final String OF_XYZ =
      "3608bca1e44ea6c4d268eb6db02260269892c0b42b86bbf1e77a6fa16c3c9282";

  @TempDir private Path directory;

  @Test
  void aFileThatChangedIsHashedAgain() throws IOException {
    Path file = directory.resolve("file");
    write(file, "abc", Instant.now().minus(Duration.ofHours(2)));
    assertThat(Hashes.of(file)).isEqualTo(OF_ABC);
    assertThat(Hashes.of(file)).isEqualTo(OF_ABC);

    write(file, "xyz", Instant.now().minus(Duration.ofHours(1)));
    assertThat(Hashes.of(file)).isEqualTo(OF_XYZ);
  }

  /** Two changes within one tick of the file system's clock look like one. */
  @Test
  void aFileThatChangedJustNowIsNotRemembered() throws IOException {
    Path file = directory.resolve("file");
    Instant now = Instant.now();
    write(file, "abc", now);
    assertThat(Hashes.of(file)).isEqualTo(OF_ABC);

    write(file, "xyz", now);
    assertThat(Hashes.of(file)).isEqualTo(OF_XYZ);
  }

  private static void write(Path file, String text, Instant changed) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(changed));
  }
}
