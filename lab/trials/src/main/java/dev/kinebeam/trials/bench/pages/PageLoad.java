package dev.kinebeam.trials.bench.pages;

import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.BoundingBox;
import dev.kinebeam.trials.browser.Chromium;
import dev.kinebeam.trials.pages.Visitor;
import java.util.Map;
import java.util.Optional;

/**
 * One load of a page with an empty cache.
 *
 * @param bytes of the first view
 * @param interactiveMs from navigation until the main content was there and a click was handled
 * @param shift sum of all layout shifts
 */
record PageLoad(long bytes, double interactiveMs, double shift) {
  static final long LIMIT_BYTES = 200_000;
  static final double LIMIT_SHIFT = 0.01;

  private static final int DRAWN_WITHIN_MS = 30_000;
  private static final int SHIFTS_WITHIN_MS = 1_500;

  /** Everything that is seen without scrolling is drawn, except charts, which come later. */
  private static final String MAIN_CONTENT =
      "document.querySelector('#page:not([aria-busy]) main')"
          + " && [...document.querySelectorAll('.bones')].every(it => it.querySelector('.chart-box')"
          + " || it.getBoundingClientRect().top > innerHeight)";

  /** Notes on the page itself when its content was there and how long a click waited. */
  private static final String WATCH =
      """
      (() => {
        const seen = window.kinebeamSeen = { ready: 0, waited: -1, shift: 0 };
        new PerformanceObserver(list => list.getEntries().forEach(entry => {
          if (!entry.hadRecentInput) seen.shift += entry.value;
        })).observe({ type: 'layout-shift', buffered: true });
        addEventListener('click', event => { seen.waited = performance.now() - event.timeStamp; }, true);
        const look = () => {
          if (%s) seen.ready = performance.now();
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      })()
      """
          .formatted(MAIN_CONTENT);

  /** Empty when the page is not served. */
  static Optional<PageLoad> of(Visitor visitor, String path, Network network) {
    Page page = visitor.page();
    CDPSession session = page.context().newCDPSession(page);
    Transfer transfer = Transfer.of(session);
    network.applyTo(session);
    page.addInitScript(WATCH);
    Response answer = page.navigate(visitor.address() + path);
    if (answer == null || answer.status() == 404) {
      return Optional.empty();
    }
    Chromium.until(page, "window.kinebeamSeen.ready", DRAWN_WITHIN_MS);
    BoundingBox heading = page.locator("main").first().boundingBox();
    page.mouse().click(heading.x + 2, heading.y + 2);
    Chromium.until(page, "window.kinebeamSeen.waited >= 0", DRAWN_WITHIN_MS);
    page.waitForTimeout(SHIFTS_WITHIN_MS);
    Map<?, ?> seen = (Map<?, ?>) page.evaluate("window.kinebeamSeen");
    return Optional.of(
        new PageLoad(
            transfer.firstView(),
            number(seen.get("ready")) + Math.max(0, number(seen.get("waited"))),
            number(seen.get("shift"))));
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }
}
