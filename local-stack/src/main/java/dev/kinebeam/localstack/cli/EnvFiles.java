package dev.kinebeam.localstack.cli;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.ProgramRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes what each program is configured by into a file that a shell can read, and nobody but its
 * owner.
 */
final class EnvFiles {
  private EnvFiles() {}

  /** One file per program, in place of those of an earlier start. Returns the folder. */
  static Path write(Endpoints endpoints, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (ProgramRole program : ProgramRole.values()) {
      String lines =
          endpoints.toEnvironment(program).entrySet().stream()
              .map(entry -> entry.getKey() + "='" + entry.getValue() + "'\n")
              .collect(Collectors.joining());
      replace(file(folder, program), lines);
    }
    return folder;
  }

  static Path file(Path folder, ProgramRole program) {
    return folder.resolve(program.name().toLowerCase(Locale.ROOT) + ".env");
  }

  private static void replace(Path file, String content) throws IOException {
    // Private before the first secret is in it.
    Path part =
        Files.createTempFile(
            file.getParent(),
            file.getFileName().toString(),
            ".part",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(part, content);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
