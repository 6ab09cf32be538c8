package dev.kinebeam.trials.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.kinebeam.trials.browser.Chromium;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What browsers do with the pages and the gateway. */
final class GatewayBrowser {
  private GatewayBrowser() {}

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
