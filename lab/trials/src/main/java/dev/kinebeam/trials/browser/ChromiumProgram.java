package dev.kinebeam.trials.browser;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where this machine has Chromium, and how it is started without a screen. */
public final class ChromiumProgram {
  /** For a browser without a sandbox and a graphics card, that plays without a click. */
  public static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--no-first-run",
          "--autoplay-policy=no-user-gesture-required",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private ChromiumProgram() {}

  /**
   * Its executable: what {@code KINEBEAM_CHROMIUM} names, else one on the path.
   *
   * @throws IllegalStateException that says how to install it, when there is none
   */
  public static Path find() {
    String named = System.getenv("KINEBEAM_CHROMIUM");
    if (named != null) {
      return Path.of(named);
    }
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no Chromium on the PATH; run: apt-get install -y chromium"));
  }
}
