package dev.kinebeam.composer.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashCacheTest {
  private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));

  @TempDir private Path folder;

  @Test
  void aSettledFileIsReadOnceByAllProcesses() throws IOException {
    Path file = write("abc");
    String hash = remembered(file).sha256();
    assertThat(hash).isEqualTo(Hashes.of("abc"));
    List<Path> kept = kept();
    assertThat(kept).hasSize(1);
    Files.writeString(kept.get(0), Hashes.of("found by another process"));
    assertThat(remembered(file).sha256()).isEqualTo(Hashes.of("found by another process"));
    Files.writeString(kept.get(0), "");
    assertThat(remembered(file).sha256()).isEqualTo(hash);
  }

  @Test
  void otherContentOfTheSameSizeAndTimeIsSeen() throws IOException {
    Path file = write("abc");
    FileTime longAgo = FileTime.from(Instant.now().minusSeconds(3600));
    Files.setLastModifiedTime(file, longAgo);
    assertThat(remembered(file).sha256()).isEqualTo(Hashes.of("abc"));
    Files.writeString(file, "xyz");
    Files.setLastModifiedTime(file, longAgo);
    assertThat(remembered(file).sha256()).isEqualTo(Hashes.of("xyz"));
    assertThat(remembered(file).sha256()).isEqualTo(Hashes.of("xyz"));
  }

  @Test
  void aFileThatChangedJustNowIsNotRemembered() throws IOException {
    Path file = write("abc");
    PrimitiveSource source = new LocalPrimitive("a.mp4", file);
    HashCache now = new HashCache(folder.resolve("hashes"), Clock.systemUTC());
    assertThat(now.remembering(source).sha256()).isEqualTo(Hashes.of("abc"));
    assertThat(kept()).isEmpty();
  }

  private Path write(String content) throws IOException {
    return Files.write(folder.resolve("a.mp4"), content.getBytes(StandardCharsets.UTF_8));
  }

  /** As seen by a process that looks a while later. */
  private PrimitiveSource remembered(Path file) {
    return new HashCache(folder.resolve("hashes"), LATER)
        .remembering(new LocalPrimitive("a.mp4", file));
  }

  private List<Path> kept() throws IOException {
    if (!Files.isDirectory(folder.resolve("hashes"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.resolve("hashes"))) {
      return files.toList();
    }
  }
}
