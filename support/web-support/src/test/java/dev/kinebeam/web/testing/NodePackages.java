package dev.kinebeam.web.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Packages of Node.js that tests use, by their lock, and commands that use them. */
public final class NodePackages {
  private static final String LOCK = "package-lock.json";

  private NodePackages() {}

  /**
   * Installs what a folder's {@code package-lock.json} names, unless it is there already.
   *
   * @param sources the folder
   * @param target where {@code node_modules} is to be, for any number of tests
   */
  public static void install(Path sources, Path target) throws Exception {
    requireLockWithoutAddresses(sources);
    Files.createDirectories(target);
    boolean stale =
        !Files.exists(target.resolve("node_modules/.package-lock.json"))
            || !Files.exists(target.resolve(LOCK))
            || Files.mismatch(sources.resolve(LOCK), target.resolve(LOCK)) >= 0;
    if (stale) {
      for (String file : List.of("package.json", ".npmrc", LOCK)) {
        Files.copy(
            sources.resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
      run(target, "npm", "ci", "--no-audit", "--no-fund", "--prefer-offline");
    }
  }

  /** Runs a command in a folder, which must succeed; returns its output. */
  public static String run(Path folder, String... command) throws Exception {
    Path log = Files.createTempFile(folder.toAbsolutePath(), "run", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      String output = Files.readString(log);
      assertThat(ended).as("%s ends: %s", Arrays.toString(command), output).isTrue();
      assertThat(process.exitValue()).as("%s: %s", Arrays.toString(command), output).isZero();
      return output;
    } finally {
      process.destroyForcibly();
      Files.delete(log);
    }
  }

  /** Where packages were fetched from does not belong into the repository. */
  private static void requireLockWithoutAddresses(Path sources) throws IOException {
    assertThat(Files.readString(sources.resolve(LOCK))).doesNotContain("\"resolved\"");
  }
}
