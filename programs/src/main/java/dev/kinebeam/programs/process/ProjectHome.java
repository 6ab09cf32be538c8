package dev.kinebeam.programs.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the project's folder, and the class paths of the servers that cannot share ours. */
public final class ProjectHome {
  /** Set by the front door and by the tests: the project's folder. */
  public static final String PROPERTY = "kinebeam.home";

  private ProjectHome() {}

  /**
   * The class path of one of our modules, as built.
   *
   * @param module its folder below {@code lab/local-stack}
   */
  public static String classPathOf(String module) throws IOException {
    Path target = folder().resolve("lab/local-stack").resolve(module).resolve("target");
    if (!Files.isDirectory(target.resolve("lib"))) {
      throw new ProgramFailedException(
          module + " is not built: run './kinebeam' or 'mvn package' in " + folder());
    }
    return target.resolve("*") + File.pathSeparator + target.resolve("lib").resolve("*");
  }

  /** The project's folder. */
  public static Path folder() throws IOException {
    String configured = System.getProperty(PROPERTY, "");
    if (!configured.isBlank()) {
      return Path.of(configured).toAbsolutePath();
    }
    Path start = Path.of("").toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("lab/local-stack/kafka-broker"))) {
        return at;
      }
    }
    throw new ProgramFailedException(
        "the project's folder is not above " + start + ": start with -D" + PROPERTY + "=FOLDER");
  }
}
