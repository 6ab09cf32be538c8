package dev.kinebeam.composer.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What changes whenever a file's content does.
 *
 * @param changed when content or attributes were last touched; no program can set it back
 */
record FileState(
    Path file, Object bytes, FileTime modified, FileTime changed, Object inode, Object device) {
  private static final Duration SETTLED = Duration.ofSeconds(2);

  static FileState of(Path file) throws IOException {
    Map<String, Object> now =
        Files.readAttributes(file, "unix:size,lastModifiedTime,ctime,ino,dev");
    return new FileState(
        file.toAbsolutePath(),
        now.get("size"),
        (FileTime) now.get("lastModifiedTime"),
        (FileTime) now.get("ctime"),
        now.get("ino"),
        now.get("dev"));
  }

  /** False for a file that changed so lately that one more change might not show. */
  boolean isSettled(Instant now) {
    return changed.toInstant().isBefore(now.minus(SETTLED))
        && modified.toInstant().isBefore(now.minus(SETTLED));
  }
}
