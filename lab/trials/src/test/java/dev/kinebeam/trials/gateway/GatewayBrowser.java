package dev.kinebeam.trials.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.kinebeam.trials.browser.Chromium;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What browsers do with the pages and the gateway. */
final class GatewayBrowser {
  private GatewayBrowser() {}

  /** A specialist may not read the clinic's figures; the page is connected all the same. */
  static void firstPageOfASpecialist(int port, String token) {
    try (Chromium chromium = Chromium.start()) {
      Page page = chromium.page();
      page.navigate("http://127.0.0.1:" + port + "/#token=" + token);
      page.waitForSelector("#pulse.live");
      assertThat(page.isHidden("#health")).isTrue();
      assertThat(page.isHidden("#notice")).isTrue();
      assertThat(page.isHidden("#stage")).as("there is no render in the address").isTrue();
      for (String section : List.of("#recent-card", "#inbox-card")) {
        assertThat(page.isVisible(section)).as(section).isTrue();
      }
      page.waitForSelector("#inbox:has-text('Nothing has been raised.')");
    }
  }

  /** Whoever may see nothing reads why, and sees no empty inbox. */
  static void noticesOfThoseWhoSeeNothing(int port, String patient) {
    try (Chromium chromium = Chromium.start()) {
      String address = "http://127.0.0.1:" + port + "/";
      Page page = chromium.page();
      page.setViewportSize(420, 800);
      page.navigate(address);
      page.waitForSelector("#notice:has-text('needs a token in its address')");
      assertThat(page.textContent("#inbox")).isEqualTo("–");
      assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
          .isEqualTo(true);
      page.evaluate("location.hash = 'token=a.b.c'");
      page.waitForSelector("#notice:has-text('The token is not valid any more')");
      page.evaluate("token => { location.hash = `token=${token}`; }", patient);
      page.waitForSelector("#notice:has-text('This page is for the clinic')");
    }
  }

  /**
   * Leaves a page of one origin, which the gateway does not know, with a beacon to the gateway.
   * Returns the methods of the requests that the gateway's address was sent.
   */
  static List<String> beacon(int otherOrigin, int port, String body) {
    try (Chromium chromium = Chromium.start()) {
      Page page = chromium.page();
      List<String> methods = new CopyOnWriteArrayList<>();
      page.onRequest(
          request -> {
            if (request.url().contains(":" + port + "/")) {
              methods.add(request.method());
            }
          });
      page.navigate("http://127.0.0.1:" + otherOrigin + "/livez");
      Object queued =
          page.evaluate(
              "([address, body]) => navigator.sendBeacon(address, body)",
              List.of("http://127.0.0.1:" + port + "/v1/media/events", body));
      assertThat(queued).isEqualTo(true);
      page.navigate("about:blank");
      return methods;
    }
  }
}
