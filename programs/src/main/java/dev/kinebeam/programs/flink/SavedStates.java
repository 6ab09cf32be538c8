package dev.kinebeam.programs.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the states from which a job can resume: its savepoints and retained checkpoints on the file
 * system. Flink writes the file {@code _metadata} of each last and whole, and deletes it first: a
 * folder that has one is complete.
 */
public final class SavedStates {
  private static final int JOB_AND_CHECKPOINT = 3;

  private SavedStates() {}

  /** The newest complete savepoint or checkpoint in these folders, which need not exist. */
  public static Optional<Path> newest(List<Path> folders) throws IOException {
    Path newest = null;
    FileTime written = null;
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        continue;
      }
      List<Path> complete;
      try (Stream<Path> files = Files.find(folder, JOB_AND_CHECKPOINT, (f, a) -> isMetadata(f))) {
        complete = files.sorted(Comparator.naturalOrder()).toList();
      }
      for (Path metadata : complete) {
        FileTime time = Files.getLastModifiedTime(metadata);
        if (written == null || time.compareTo(written) > 0) {
          written = time;
          newest = metadata.getParent();
        }
      }
    }
    return Optional.ofNullable(newest);
  }

  private static boolean isMetadata(Path file) {
    return file.endsWith("_metadata");
  }
}
