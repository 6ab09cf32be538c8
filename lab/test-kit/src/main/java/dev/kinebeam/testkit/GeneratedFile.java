package dev.kinebeam.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A generated file that is checked in, so that a review shows what a change of its sources means.
 * Its test fails while it is stale; the same test, started with {@code -Dkinebeam.renew=true},
 * writes it.
 *
 * @param file its place
 * @param command what renews it
 */
public record GeneratedFile(Path file, String command) {
  /** The stored text; empty where there is none. Written first if that is asked for. */
  public String stored(String generated) throws IOException {
    if (Boolean.getBoolean("kinebeam.renew")) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, generated, UTF_8);
    }
    return Files.exists(file) ? Files.readString(file, UTF_8) : "";
  }

  /** What a failed comparison says. */
  public String remedy() {
    return file + " is stale; renew it by: " + command;
  }
}
