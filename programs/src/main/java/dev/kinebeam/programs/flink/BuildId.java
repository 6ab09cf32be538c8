package dev.kinebeam.programs.flink;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Identifies a build of a job: saved state is only guaranteed to fit the very same classes. */
public final class BuildId {
  private static final int LETTERS = 12;

  private BuildId() {}

  /** A short name of the jars or folders that these classes come from, by their content. */
  public static String of(Class<?>... classes) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Class<?> type : classes) {
        Path place = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Path> files;
        try (Stream<Path> all = Files.walk(place)) {
          files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
          digest.update(Files.readAllBytes(file));
        }
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, LETTERS);
    } catch (NoSuchAlgorithmException | URISyntaxException e) {
      throw new IllegalStateException("the classes' place cannot be read", e);
    }
  }
}
