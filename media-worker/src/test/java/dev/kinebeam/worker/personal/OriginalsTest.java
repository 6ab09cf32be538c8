package dev.kinebeam.worker.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        Files.createSymbolicLink(
            temporary.resolve("kinebeam-personal-video3"), other.getFileName());

    assertThat(Originals.removeLeftBehind(temporary, LIMIT)).isEqualTo(1);

    assertThat(old).doesNotExist();
    assertThat(running.resolve("original")).exists();
    assertThat(other.resolve("original")).exists();
    assertThat(link).isSymbolicLink();
  }

  @Test
  void whatAWorkerLeftInItsDownloadIsDeletedToo() throws IOException {
    Path old = Files.createDirectory(temporary.resolve("kinebeam-personal-video1"));
    Path part = Files.createDirectory(old.resolve(".download-1"));
    Files.writeString(part.resolve("part"), "half a f");
    Path other = folder("another-program", LIMIT.minusSeconds(1));
    Files.createSymbolicLink(old.resolve("link"), other);
    Files.setLastModifiedTime(old, FileTime.from(LIMIT.minusSeconds(1)));

    assertThat(Originals.removeLeftBehind(temporary, LIMIT)).isEqualTo(1);

    assertThat(old).doesNotExist();
    assertThat(other.resolve("original")).exists();
  }

  /** Whoever may write everywhere skips it. */
  @Test
  void aFolderThatCannotBeDeletedKeepsNoOtherAndIsReported() throws IOException {
    List<Path> folders = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      folders.add(folder("kinebeam-personal-video" + i, LIMIT));
    }
    Path locked = Files.createDirectory(folders.get(1).resolve(".download-1"));
    Files.writeString(locked.resolve("part"), "half a f");
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeThat(Files.isWritable(locked)).isFalse();
    try {
      for (Path folder : folders) {
        Files.setLastModifiedTime(folder, FileTime.from(LIMIT.minusSeconds(1)));
      }
      assertThatThrownBy(() -> Originals.removeLeftBehind(temporary, LIMIT))
          .hasMessageContainingAll("2 copies left behind were deleted, and 1 were not", "part");
      assertThat(folders.get(0)).doesNotExist();
      assertThat(folders.get(2)).doesNotExist();
    } finally {
      Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}
