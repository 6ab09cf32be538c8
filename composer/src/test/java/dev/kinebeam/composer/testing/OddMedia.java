package dev.kinebeam.composer.testing;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that {@code odd-media/make.sh} made. */
public final class OddMedia {
  private OddMedia() {}

  public static Path file(String name) {
    URL url = OddMedia.class.getResource("/odd-media/" + name);
    if (url == null) {
      throw new IllegalArgumentException("no resource odd-media/" + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(url + " has no path", e);
    }
  }

  public static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(file(name));
  }
}
