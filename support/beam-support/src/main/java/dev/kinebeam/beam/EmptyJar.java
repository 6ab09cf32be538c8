package dev.kinebeam.beam;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A jar with nothing in it, to be staged for a cluster that has the job's classes already. The
 * runner takes an empty list of files as a request to stage the whole class path: hundreds of
 * megabytes.
 */
public final class EmptyJar {
  private EmptyJar() {}

  /** A list for {@code setFilesToStage}; the file is deleted when this process ends. */
  public static List<String> toStage() {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    try {
      Path jar = Files.createTempFile("kinebeam-nothing-to-stage", ".jar");
      jar.toFile().deleteOnExit();
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
        out.finish();
      }
      return List.of(jar.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
