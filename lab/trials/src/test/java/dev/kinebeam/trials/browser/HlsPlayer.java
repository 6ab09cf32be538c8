package dev.kinebeam.trials.browser;

import com.microsoft.playwright.Page;
import dev.kinebeam.sample.picture.Barcode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** A video in a browser, played by one of the {@link WebPlayer}s, and what is to be seen of it. */
public final class HlsPlayer {
  private final Page page;
  private final WebPlayer player;

  private HlsPlayer(Page page, WebPlayer player, Path packages) throws IOException {
    this.page = page;
    this.player = player;
    page.addScriptTag(new Page.AddScriptTagOptions().setContent(player.script(packages)));
    page.addScriptTag(
        new Page.AddScriptTagOptions().setContent(WebPlayer.resource("/browser/player.js")));
  }

  /** By hls.js, as the clinic's page does, in a page without an origin. */
  public static HlsPlayer in(Page page) throws IOException {
    page.setContent("<!doctype html><title>player</title><body></body>");
    return new HlsPlayer(page, WebPlayer.HLS_JS, Path.of("none"));
  }

  /**
   * In a page of an origin of its own.
   *
   * @param address of an empty page
   * @param packages the folder of Node.js packages
   */
  public static HlsPlayer in(Page page, URI address, WebPlayer player, Path packages)
      throws IOException {
    page.navigate(address.toString());
    return new HlsPlayer(page, player, packages);
  }

  /** Loads a video; returns its length in seconds as the browser has it. */
  public double open(URI master) {
    return open(master, 0);
  }

  /** The same in the quality of so many lines; in any if that is 0. */
  public double open(URI master, int lines) {
    Object seconds =
        page.evaluate(
            "window.open_",
            Map.of("player", player.label(), "address", master.toString(), "lines", lines));
    return ((Number) seconds).doubleValue();
  }

  /**
   * What is on screen.
   *
   * @param seconds the picture's time
   * @param lines its height
   * @param barcode read from its pixels
   */
  public record Shown(double seconds, int lines, Optional<Barcode> barcode) {}

  /** Seeks, and reads the picture that appears then. */
  public Shown at(double seconds) {
    Map<?, ?> shown = (Map<?, ?>) page.evaluate("window.at_", seconds);
    int width = integer(shown, "width");
    int height = integer(shown, "height");
    int top = integer(shown, "top");
    byte[] green = Base64.getDecoder().decode((String) shown.get("green"));
    Optional<Barcode> barcode =
        Barcode.read(width, height, (x, y) -> green[(y - top) * width + x] & 0xff);
    return new Shown(((Number) shown.get("time")).doubleValue(), height, barcode);
  }

  private static int integer(Map<?, ?> from, String name) {
    return ((Number) from.get(name)).intValue();
  }
}
