package dev.kinebeam.trials.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.kinebeam.trials.browser.Chromium;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with how a page looks. Each page and state is photographed on a phone and on a
 * desktop, light and dark, to {@code target/pictures/NAME-….png}, and examined by axe in each; in
 * Romanian, whose words are longer, nothing may need scrolling sideways on a narrow phone.
 */
public final class Looks {
  private static final Path PICTURES = Path.of("target", "pictures");
  private static final Chromium.Look NARROW = new Chromium.Look(320, 640, false);

  private static final Map<String, Chromium.Look> LOOKS =
      Map.of(
          "desktop-light", new Chromium.Look(1280, 800, false),
          "desktop-dark", new Chromium.Look(1280, 800, true),
          "phone-light", new Chromium.Look(390, 844, false),
          "phone-dark", new Chromium.Look(390, 844, true));

  /** Of WCAG 2.2 AA, and what axe calls good practice. */
  private static final String AXE_TAGS =
      "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']";

  private static final String AXE = axe();

  private Looks() {}

  /**
   * The faults of a page in its present state; empty when there is none. The page is left as a
   * light desktop.
   *
   * @param name of the page and state in the pictures' names, such as {@code clinic-empty}
   */
  public static List<String> faults(Page page, String name) {
    List<String> faults = new ArrayList<>();
    LOOKS.forEach(
        (look, how) -> {
          use(page, how);
          picture(page, name + "-" + look);
          violations(page).forEach(violation -> faults.add(name + " " + look + ": " + violation));
        });
    faults.addAll(romanianFaults(page, name));
    use(page, new Chromium.Look(1280, 800, false));
    return faults;
  }

  /** Takes a picture of the whole page as it is. */
  public static void picture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
  }

  private static List<String> romanianFaults(Page page, String name) {
    String before = language(page);
    use(page, NARROW);
    choose(page, "ro");
    List<String> faults = new ArrayList<>();
    Object wide = page.evaluate(WIDE);
    if (wide != null && !wide.toString().isEmpty()) {
      faults.add(name + " at 320 px in Romanian is too wide: " + wide);
    }
    picture(page, name + "-narrow-ro");
    choose(page, before);
    return faults;
  }

  /** What reaches beyond the window, unless it lies in something that scrolls by itself. */
  private static final String WIDE =
      """
      () => {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return '';
        const scrolls = node => node.parentElement && node.parentElement !== document.body
          && (['auto', 'scroll', 'hidden'].includes(getComputedStyle(node.parentElement).overflowX)
              || scrolls(node.parentElement));
        return [...document.querySelectorAll('main *, header *')]
          .filter(node => node.getBoundingClientRect().right > width + 1 && !scrolls(node))
          .slice(0, 5)
          .map(node => node.tagName + '.' + node.className).join(', ') || 'the page';
      }
      """;

  /** The kit's own way: no page is loaded again, so that its state stays. */
  private static void choose(Page page, String language) {
    page.evaluate(
        "language => Promise.all([import('/kit/i18n.js'), import('/kit/core.js')])"
            + ".then(([i18n, core]) => i18n.setLanguage(language).then(core.redraw))",
        language);
    Chromium.until(page, "document.documentElement.lang === '" + language + "'");
    frame(page);
  }

  private static String language(Page page) {
    return page.evaluate("document.documentElement.lang").toString();
  }

  private static void use(Page page, Chromium.Look look) {
    page.setViewportSize(look.width(), look.height());
    page.emulateMedia(
        new Page.EmulateMediaOptions()
            .setColorScheme(look.dark() ? ColorScheme.DARK : ColorScheme.LIGHT));
    frame(page);
  }

  /** Until what was changed is drawn; charts draw one frame after they know their size. */
  private static void frame(Page page) {
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() =>"
            + " requestAnimationFrame(() => requestAnimationFrame(done))))");
  }

  /** What axe finds: the rule, how bad it is, and where. */
  @SuppressWarnings("unchecked") // the shape that the expression below makes
  private static List<String> violations(Page page) {
    page.evaluate(AXE);
    return (List<String>)
        page.evaluate(
            "async () => (await axe.run(document, {runOnly: "
                + AXE_TAGS
                + ", resultTypes: ['violations']})).violations.map(v => v.id + ' (' + v.impact +"
                + " '): ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' +"
                + " (n.any[0]?.message ?? '')).join('; '))");
  }

  private static String axe() {
    try (InputStream in = AxeBuilder.class.getResourceAsStream("/axe.min.js")) {
      if (in == null) {
        throw new IllegalStateException("the class path has no axe.min.js");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
