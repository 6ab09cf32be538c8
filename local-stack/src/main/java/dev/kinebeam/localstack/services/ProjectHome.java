package dev.kinebeam.localstack.services;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the project's folder, and the class paths of the servers that cannot share ours. */
public final class ProjectHome {
  /** Set by the front door and by the tests: the folder that holds {@code local-stack}. */
  static final String PROPERTY = "kinebeam.home";

  private ProjectHome() {}

  /**
   * The class path of one of our modules, as built.
   *
   * @param module its folder below {@code local-stack}
   */
  public static String classPathOf(String module) throws IOException {
    Path target = folder().resolve("local-stack").resolve(module).resolve("target");
    if (!Files.isDirectory(target.resolve("lib"))) {
      throw new StackFailedException(
          module + " is not built: run './kinebeam' or 'mvn package' in " + folder());
    }
    return target.resolve("*") + File.pathSeparator + target.resolve("lib").resolve("*");
  }

  /** The folder that holds {@code local-stack}. */
  public static Path folder() throws IOException {
    String configured = System.getProperty(PROPERTY, "");
    if (!configured.isBlank()) {
      return Path.of(configured).toAbsolutePath();
    }
    Path start = Path.of("").toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("local-stack").resolve("kafka-broker"))) {
        return at;
      }
    }
    throw new StackFailedException(
        "the project's folder is not above " + start + ": start with -D" + PROPERTY + "=FOLDER");
  }
}
