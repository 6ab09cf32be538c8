package dev.kinebeam.web.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Runs Node.js on the sources of {@code support/web-support/src/test/client}: the linter of OpenAPI
 * documents, and a TypeScript client that is generated from one. The packages are installed once
 * for all modules.
 */
public final class NodeClient {
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
    NodePackages.install(KIT.resolve("src/test/client"), INSTALLED);
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

  /** Copies a file into the folder. */
  public void add(InputStream from, String name) throws IOException {
    try (from) {
      Files.copy(from, WORK.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Runs a command in the folder, which must succeed; returns its output. */
  public String run(String... command) throws Exception {
    return NodePackages.run(WORK, command);
  }
}
