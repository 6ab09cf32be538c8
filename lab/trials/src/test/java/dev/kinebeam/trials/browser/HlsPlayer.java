package dev.kinebeam.trials.browser;

import com.microsoft.playwright.Page;
import dev.kinebeam.sample.picture.Barcode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * A video in a browser, played by hls.js as the clinic's page does, and what is to be seen of it.
 */
public final class HlsPlayer {
  private static final String HLS_JS = "/META-INF/resources/webjars/hls.js/%s/dist/hls.min.js";

  /** A picture is taken when the browser says that it has shown it, and not when it has sought. */
  private static final String SCRIPT =
      """
      const video = document.createElement('video');
      video.muted = true;
      document.body.append(video);
      const within = (promise, what) => Promise.race([promise,
        new Promise((_, no) => setTimeout(() => no(new Error(what + ' took more than 20 s')), 20000))]);
      window.open_ = address => within(new Promise((yes, no) => {
        const hls = new window.Hls();
        hls.on(window.Hls.Events.ERROR, (_, data) => { if (data.fatal) no(new Error(data.details)); });
        video.addEventListener('canplay', () => yes(video.duration), { once: true });
        hls.loadSource(address);
        hls.attachMedia(video);
      }), 'opening');
      window.at_ = seconds => within(new Promise(yes => {
        video.requestVideoFrameCallback((_, shown) => {
          const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
          const context = canvas.getContext('2d', { willReadFrequently: true });
          context.drawImage(video, 0, 0);
          const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
          let green = '';
          for (let i = 1; i < pixels.length; i += 4) green += String.fromCharCode(pixels[i]);
          yes({ width: canvas.width, height: canvas.height, time: shown.mediaTime, green: btoa(green) });
        });
        video.currentTime = seconds;
      }), 'showing ' + seconds);
      """;

  private final Page page;

  /**
   * A player in a page.
   *
   * @param version of hls.js on the class path
   */
  public HlsPlayer(Page page, String version) throws IOException {
    this.page = page;
    page.setContent("<!doctype html><title>player</title><body></body>");
    try (InputStream script = HlsPlayer.class.getResourceAsStream(HLS_JS.formatted(version))) {
      page.addScriptTag(
          new Page.AddScriptTagOptions()
              .setContent(new String(script.readAllBytes(), StandardCharsets.UTF_8)));
    }
    page.addScriptTag(new Page.AddScriptTagOptions().setContent(SCRIPT));
  }

  /** Loads a video; returns its length in seconds as the browser has it. */
  public double open(URI master) {
    return ((Number) page.evaluate("window.open_", master.toString())).doubleValue();
  }

  /**
   * What is on screen.
   *
   * @param seconds the picture's time
   * @param barcode read from its pixels
   */
  public record Shown(double seconds, Optional<Barcode> barcode) {}

  /** Seeks, and reads the picture that appears then. */
  public Shown at(double seconds) {
    Map<?, ?> shown = (Map<?, ?>) page.evaluate("window.at_", seconds);
    int width = ((Number) shown.get("width")).intValue();
    int height = ((Number) shown.get("height")).intValue();
    byte[] green = Base64.getDecoder().decode((String) shown.get("green"));
    Optional<Barcode> barcode = Barcode.read(width, height, (x, y) -> green[y * width + x] & 0xff);
    return new Shown(((Number) shown.get("time")).doubleValue(), barcode);
  }
}
