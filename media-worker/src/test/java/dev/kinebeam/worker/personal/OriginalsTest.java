package dev.kinebeam.worker.personal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OriginalsTest {
  private static final Instant LIMIT = Instant.parse("2026-11-30T12:00:00Z");

  @TempDir Path temporary;

  private Path folder(String name, Instant changed) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve(name));
    Files.writeString(folder.resolve("original"), "a film");
    return Files.setLastModifiedTime(folder, FileTime.from(changed));
  }

  @Test
  void whatKilledWorkersLeftIsDeletedAndNothingElse() throws IOException {
    Path old = folder("kinebeam-personal-video1", LIMIT.minusSeconds(1));
    Path running = folder("kinebeam-personal-video2", LIMIT.plusSeconds(1));
    Path other = folder("another-program", LIMIT.minusSeconds(1));
    Path link =
        Files.createSymbolicLink(temporary.resolve("kinebeam-personal-video3"), other.getFileName());

    assertThat(Originals.removeLeftBehind(temporary, LIMIT)).isEqualTo(1);

    assertThat(old).doesNotExist();
    assertThat(running.resolve("original")).exists();
    assertThat(other.resolve("original")).exists();
    assertThat(link).isSymbolicLink();
  }
}
