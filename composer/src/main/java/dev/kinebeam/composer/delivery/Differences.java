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
  private static final int MOST_TOLD = 5;

  private Differences() {}

  /** A few words for each file that differs, at most five and how many more. */
  static List<String> between(Path made, Path there) throws IOException {
    SortedSet<String> mine = BundleFiles.in(made);
    SortedSet<String> theirs = BundleFiles.in(there);
    SortedSet<String> all = new TreeSet<>(mine);
    all.addAll(theirs);
    List<String> told = new ArrayList<>();
    for (String file : all) {
      if (!theirs.contains(file)) {
        told.add(file + " is new");
      } else if (!mine.contains(file)) {
        told.add(file + " would go");
      } else if (Files.mismatch(made.resolve(file), there.resolve(file)) >= 0) {
        told.add(file + " differs");
      }
    }
    if (told.size() <= MOST_TOLD) {
      return told;
    }
    List<String> few = new ArrayList<>(told.subList(0, MOST_TOLD));
    few.add((told.size() - MOST_TOLD) + " more");
    return few;
  }
}
