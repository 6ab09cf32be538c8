package dev.kinebeam.trials.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The machine's own Chromium without a screen; {@code ./kinebeam test} installs one. */
public final class Chromium implements AutoCloseable {
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
    Path executable = ChromiumProgram.find();
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      Browser browser =
          playwright
              .chromium()
              .launch(
                  new LaunchOptions().setExecutablePath(executable).setArgs(ChromiumProgram.FLAGS));
      return new Chromium(playwright, browser);
    } catch (RuntimeException e) {
      playwright.close();
      throw e;
    }
  }

  /** An empty page in a profile of its own. */
  public Page page() {
    return browser.newPage();
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
