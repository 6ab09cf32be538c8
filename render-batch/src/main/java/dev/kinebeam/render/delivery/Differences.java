package dev.kinebeam.render.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How two bundles' folders differ; hidden and temporary files do not count. */
final class Differences {
  private static final int MOST_TOLD = 5;

  private Differences() {}

  /** A few words for each file that differs, at most five and how many more. */
  static List<String> between(Path made, Path there) throws IOException {
    SortedSet<String> mine = files(made);
    SortedSet<String> theirs = files(there);
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

  /** A bundle's files, relative to its folder: what a sync takes. */
  static SortedSet<String> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file))
          .filter(Differences::counts)
          .map(file -> file.toString().replace('\\', '/'))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static boolean counts(Path file) {
    for (Path name : file) {
      if (name.toString().startsWith(".") || name.toString().endsWith(".tmp")) {
        return false;
      }
    }
    return true;
  }
}
