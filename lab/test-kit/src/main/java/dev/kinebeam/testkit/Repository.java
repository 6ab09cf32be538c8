package dev.kinebeam.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The files of this repository, as its own tests read them. */
public final class Repository {
  private static final Set<String> NOT_OURS = Set.of("target", "node_modules");

  private Repository() {}

  /** The folder that holds {@code docs} and the root POM. */
  public static Path root() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("docs").resolve("architecture.md"))) {
        return at;
      }
    }
    throw new IllegalStateException(
        "docs/architecture.md is not above " + Path.of("").toAbsolutePath());
  }

  /**
   * The files whose path below the root is taken, in order. Hidden folders and what the build makes
   * are left out.
   */
  public static List<Path> files(Predicate<String> taken) throws IOException {
    Path root = root();
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean left =
                !folder.equals(root) && (name.startsWith(".") || NOT_OURS.contains(name));
            return left ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (taken.test(name(file))) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(null);
    return found;
  }

  /** A file's path below the root, with slashes. */
  public static String name(Path file) {
    return root().relativize(file.toAbsolutePath()).toString().replace('\\', '/');
  }

  /** A file's text. */
  public static String text(Path file) throws IOException {
    return Files.readString(file, UTF_8);
  }
}
