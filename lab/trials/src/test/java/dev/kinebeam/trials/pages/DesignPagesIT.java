package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page that shows every component in each of its states. */
@Tag("browser")
class DesignPagesIT {
  private static PagesHarness harness;

  @BeforeAll
  static void start() throws Exception {
    harness = PagesHarness.start();
  }

  @AfterAll
  static void stop() {
    harness.close();
  }

  @Test
  void everyComponentLooksAsItShould() {
    Page page = harness.page();
    List<String> complaints = PagesHarness.complaintsOf(page);
    page.navigate(harness.address() + "/design");
    page.waitForSelector(".uplot");
    assertThat(Looks.faults(page, "design")).isEmpty();
    page.click(".form button[type=submit]");
    page.waitForSelector(".error-summary a");
    assertThat(page.evaluate("document.activeElement.className")).isEqualTo("error-summary");
    page.click(".chart-head button");
    page.waitForSelector(".chart table");
    page.click("button:has-text('Open a dialog')");
    page.waitForSelector("dialog[open]");
    assertThat(Looks.faults(page, "design-errors")).isEmpty();
    assertThat(complaints).isEmpty();
  }

  @Test
  void anAddressWithoutAPageIsExplained() {
    Page page = harness.page();
    assertThat(page.navigate(harness.address() + "/clinique").status()).isEqualTo(404);
    page.waitForSelector("h1");
    assertThat(Looks.faults(page, "missing")).isEmpty();
  }
}
