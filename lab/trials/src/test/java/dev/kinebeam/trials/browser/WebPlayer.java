package dev.kinebeam.trials.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A player of HLS for web pages. */
public enum WebPlayer {
  /** What the clinics' pages have, out of its webjar. */
  HLS_JS("hls.js", ""),
  VIDEO_JS("video.js", "video.js/dist/video.min.js"),
  SHAKA("shaka-player", "shaka-player/dist/shaka-player.compiled.js");

  private static final String WEBJAR = "/META-INF/resources/webjars/hls.js/%s/dist/hls.min.js";

  private final String label;
  private final String file;

  WebPlayer(String label, String file) {
    this.label = label;
    this.file = file;
  }

  /** What {@code player.js} calls it. */
  String label() {
    return label;
  }

  /**
   * Its script.
   *
   * @param packages the folder of Node.js packages; not looked at for {@link #HLS_JS}
   */
  public String script(Path packages) throws IOException {
    if (this != HLS_JS) {
      return Files.readString(packages.resolve(file), UTF_8);
    }
    return resource(WEBJAR.formatted(System.getProperty("kinebeam.hlsjs")));
  }

  static String resource(String name) throws IOException {
    try (InputStream script = WebPlayer.class.getResourceAsStream(name)) {
      if (script == null) {
        throw new IOException(name + " is not on the class path");
      }
      return new String(script.readAllBytes(), UTF_8);
    }
  }
}
