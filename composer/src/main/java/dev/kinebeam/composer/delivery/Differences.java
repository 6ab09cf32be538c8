package dev.kinebeam.composer.delivery;

import dev.kinebeam.composer.bundle.BundleFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** How two bundles' folders differ; hidden and temporary files do not count. */
final class Differences {
  private static final int MAX_LISTED = 5;

  private Differences() {}

  /** A few words for each file that differs, at most five and how many more. */
  static List<String> between(Path made, Path there) throws IOException {
    SortedSet<String> mine = BundleFiles.in(made);
    SortedSet<String> theirs = BundleFiles.in(there);
    SortedSet<String> all = new TreeSet<>(mine);
    all.addAll(theirs);
    List<String> lines = new ArrayList<>();
    for (String file : all) {
      if (!theirs.contains(file)) {
        lines.add(file + " is new");
      } else if (!mine.contains(file)) {
        lines.add(file + " would be deleted");
      } else if (Files.mismatch(made.resolve(file), there.resolve(file)) >= 0) {
        lines.add(file + " differs");
      }
    }
    if (lines.size() <= MAX_LISTED) {
      return lines;
    }
    List<String> few = new ArrayList<>(lines.subList(0, MAX_LISTED));
    few.add((lines.size() - MAX_LISTED) + " more");
    return few;
  }
}
