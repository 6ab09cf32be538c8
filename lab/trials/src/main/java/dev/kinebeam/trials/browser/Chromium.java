package dev.kinebeam.trials.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The machine's own Chromium without a screen; {@code ./kinebeam test} installs one. */
public final class Chromium implements AutoCloseable {
  private static final int PATIENCE_MS = 120_000;

  /** What a failure says of a page: its videos, and the beginning of its text. */
  private static final String STATE =
      """
      [...document.querySelectorAll('video')].map(v => `a video at ${v.currentTime} s, ready state
      ${v.readyState}${v.paused ? ', paused' : ''}${v.error ? ', failed: ' + v.error.message : ''}`)
      .concat(JSON.stringify(document.body.innerText.slice(0, 500))).join('; ').replace(/\\s+/g, ' ')
      """;

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /**
   * Starts it.
   *
   * @throws IllegalStateException when this machine has none
   */
  public static Chromium start() {
    return start(List.of());
  }

  /** The same, but pages that are left are kept for coming back, as browsers of people do. */
  public static Chromium startKeepingPages() {
    return start(List.of("--disable-back-forward-cache"));
  }

  /**
   * The same, but with two cameras and a microphone that are not there: a moving picture and a
   * beep. Pages that ask for them get them.
   */
  public static Chromium startWithCameras() {
    return start(
        List.of(),
        List.of(
            "--use-fake-device-for-media-stream=device-count=2", "--use-fake-ui-for-media-stream"));
  }

  private static Chromium start(List<String> without) {
    return start(without, List.of());
  }

  private static Chromium start(List<String> without, List<String> more) {
    Path executable = ChromiumProgram.find();
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      Browser browser =
          playwright
              .chromium()
              .launch(
                  new LaunchOptions()
                      .setExecutablePath(executable)
                      .setArgs(
                          Stream.concat(ChromiumProgram.FLAGS.stream(), more.stream()).toList())
                      .setIgnoreDefaultArgs(without));
      return new Chromium(playwright, browser);
    } catch (RuntimeException e) {
      playwright.close();
      throw e;
    }
  }

  /** An empty page in a profile of its own. */
  public Page page() {
    return patient(browser.newPage());
  }

  /** Playwright's own waits are as long as ours. */
  private static Page patient(Page page) {
    page.context().setDefaultTimeout(PATIENCE_MS);
    return page;
  }

  /**
   * How a page is looked at.
   *
   * @param width in CSS pixels
   * @param dark whether dark colours are asked for
   */
  public record Look(int width, int height, boolean dark) {}

  /** An empty page in a profile of its own that is looked at like this, in English. */
  public Page page(Look look) {
    return patient(
        browser
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(look.width, look.height)
                    .setColorScheme(look.dark ? ColorScheme.DARK : ColorScheme.LIGHT)
                    .setLocale("en-GB"))
            .newPage());
  }

  /**
   * Waits until an expression is true on the page. It asks from outside, since pages forbid what
   * {@code waitForFunction} needs.
   *
   * @throws IllegalStateException when it is not within {@code millis}
   */
  public static void until(Page page, String expression, int millis) {
    long end = System.nanoTime() + millis * 1_000_000L;
    while (!Boolean.TRUE.equals(page.evaluate("Boolean(" + expression + ")"))) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "not within %d ms on %s: %s; there %s"
                .formatted(millis, page.url(), expression, page.evaluate(STATE)));
      }
      page.waitForTimeout(50);
    }
  }

  /** The same, for as long as a busy machine may need. */
  public static void until(Page page, String expression) {
    until(page, expression, PATIENCE_MS);
  }

  /** What the page complains of from now on, as it comes. */
  public static List<String> complaintsOf(Page page) {
    List<String> complaints = new CopyOnWriteArrayList<>();
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (Stream.of("error", "warning").anyMatch(message.type()::equals)) {
            complaints.add(message.text());
          }
        });
    return complaints;
  }

  @Override
  public void close() {
    playwright.close();
  }
}
