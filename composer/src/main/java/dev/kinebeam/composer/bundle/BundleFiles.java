package dev.kinebeam.composer.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which files of a bundle's or a delivery's place are its own. */
public final class BundleFiles {
  private BundleFiles() {}

  /**
   * Whether a file, by its path with slashes below the place, is not what file systems and editors
   * leave there: neither it nor a folder that it lies in is hidden or temporary.
   */
  public static boolean counts(String file) {
    for (String step : file.split("/", -1)) {
      if (step.startsWith(".") || step.endsWith(".tmp") || step.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** All files below a folder that count, with slashes; the folder may be a symbolic link. */
  public static SortedSet<String> in(Path folder) throws IOException {
    return all(folder).stream()
        .filter(BundleFiles::counts)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All files below a folder, with slashes; the folder may be a symbolic link. */
  public static SortedSet<String> all(Path folder) throws IOException {
    // A walk does not follow links, not even the one that it begins at.
    Path root = folder.toRealPath();
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
