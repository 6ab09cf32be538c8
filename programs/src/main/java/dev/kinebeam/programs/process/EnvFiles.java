package dev.kinebeam.programs.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes what each program is configured by into a shell file that only its owner can read. */
public final class EnvFiles {
  private EnvFiles() {}

  /** One file per program, in place of those of an earlier start. Returns the folder. */
  public static Path write(Function<ProgramRole, Map<String, String>> environment, Path folder)
      throws IOException {
    Folders.createPrivate(folder);
    for (ProgramRole program : ProgramRole.values()) {
      String lines =
          environment.apply(program).entrySet().stream()
              .map(entry -> entry.getKey() + "='" + entry.getValue() + "'\n")
              .collect(Collectors.joining());
      replace(file(folder, program), lines);
    }
    return folder;
  }

  public static Path file(Path folder, ProgramRole program) {
    return folder.resolve(program.fileName() + ".env");
  }

  /** What {@link #write} wrote for this program; empty when no stack ever ran on this folder. */
  public static Map<String, String> read(Path folder, ProgramRole program) throws IOException {
    Path file = file(folder, program);
    if (!Files.exists(file)) {
      return Map.of();
    }
    Map<String, String> environment = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      int equals = line.indexOf('=');
      String quoted = line.substring(equals + 1);
      environment.put(line.substring(0, equals), quoted.substring(1, quoted.length() - 1));
    }
    return environment;
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
