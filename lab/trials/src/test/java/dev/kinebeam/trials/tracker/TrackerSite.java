package dev.kinebeam.trials.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.trials.browser.WebPlayer;
import dev.kinebeam.trials.docs.ShellBlocks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of the scenes' site: pages, the tracker as the Core API ships it, players and media.
 */
final class TrackerSite {
  private TrackerSite() {}

  /** With the videos of a folder, under any name. */
  static ShapedSite.Content in(Path folder) {
    return path -> {
      if (path.startsWith("/media/")) {
        return ShapedSite.file(folder.resolve("media"), path.split("/", 4)[3]);
      } else if (path.equals("/hls.js")) {
        return Optional.of(WebPlayer.HLS_JS.script(folder).getBytes(UTF_8));
      } else if (path.equals("/shaka.js")) {
        return Optional.of(
            WebPlayer.SHAKA
                .script(Path.of("target/players/node_modules").toAbsolutePath())
                .getBytes(UTF_8));
      } else if (path.equals("/stage/documented.js")) {
        return Optional.of(documented("js tracker"));
      } else if (path.equals("/stage/documented-classic.js")) {
        return Optional.of(documented("js classic"));
      }
      return resource(
          path.startsWith("/stage/") ? path.replace("/stage/", "/tracker/") : "/pages" + path);
    };
  }

  private static byte[] documented(String language) throws IOException {
    return ShellBlocks.of("integrating.md", "A player in ten minutes", language)
        .get(0)
        .getBytes(UTF_8);
  }

  private static Optional<byte[]> resource(String name) throws IOException {
    try (InputStream in = TrackerSite.class.getResourceAsStream(name)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }
}
