package dev.kinebeam.web.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs Node.js on the sources of {@code support/web-support/src/test/client}: the linter of OpenAPI
 * documents, and a TypeScript client that is generated from one. The packages are installed once
 * for all modules.
 */
public final class NodeClient {
  private static final String LOCK = "package-lock.json";
  private static final Path KIT = Path.of("../support/web-support").toAbsolutePath().normalize();
  private static final Path INSTALLED = KIT.resolve("target/client");
  private static final Path WORK = Path.of("target/client");

  private NodeClient() {}

  /**
   * Installs the packages, and copies what a test needs into a folder of the test's module.
   *
   * @param program whose document is taken, as {@code openapi.json}
   * @param sources of the client's folder, beside its configuration
   */
  public static NodeClient install(String program, String... sources) throws Exception {
    NodeClient client = new NodeClient();
    installPackages();
    Files.createDirectories(WORK);
    for (String file : List.of("package.json", "tsconfig.json", "lint.mjs")) {
      client.add(Files.newInputStream(KIT.resolve("src/test/client").resolve(file)), file);
    }
    for (String file : sources) {
      client.add(Files.newInputStream(KIT.resolve("src/test/client").resolve(file)), file);
    }
    client.add(
        NodeClient.class.getResourceAsStream("/openapi/" + program + ".json"), "openapi.json");
    Path packages = WORK.resolve("node_modules");
    if (!Files.exists(packages)) {
      Files.createSymbolicLink(packages, INSTALLED.resolve("node_modules"));
    }
    return client;
  }

  private static void installPackages() throws Exception {
    Files.createDirectories(INSTALLED);
    Path sources = KIT.resolve("src/test/client");
    boolean stale =
        !Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"))
            || !Files.exists(INSTALLED.resolve(LOCK))
            || Files.mismatch(sources.resolve(LOCK), INSTALLED.resolve(LOCK)) >= 0;
    if (stale) {
      for (String file : List.of("package.json", ".npmrc", LOCK)) {
        Files.copy(
            sources.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
      run(INSTALLED, "npm", "ci", "--no-audit", "--no-fund", "--prefer-offline");
    }
  }

  /** Copies a file into the folder. */
  public void add(InputStream from, String name) throws IOException {
    try (from) {
      Files.copy(from, WORK.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Runs a command in the folder, which must succeed; returns its output. */
  public String run(String... command) throws Exception {
    return run(WORK, command);
  }

  private static String run(Path folder, String... command) throws Exception {
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
  public static void requireLockWithoutAddresses() throws IOException {
    assertThat(Files.readString(KIT.resolve("src/test/client").resolve(LOCK)))
        .doesNotContain("\"resolved\"");
  }
}
