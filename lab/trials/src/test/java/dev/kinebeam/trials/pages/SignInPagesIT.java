package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import dev.kinebeam.coreapi.CoreApi;
import dev.kinebeam.coreapi.CoreApiMain;
import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.testkit.TestPostgres;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Signing in with a browser: by a card of the demo, and at an identity provider. */
@Tag("browser")
class SignInPagesIT {
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
  void theCardsLookAsTheyShouldAndLeadToWhereThePersonWanted() {
    Page page = harness.page();
    List<String> complaints = PagesHarness.complaintsOf(page);
    harness.open(page, "/sign-in?return=%2Fsigned-in");
    assertThat(Looks.faults(page, "sign-in")).isEmpty();
    Locator card = page.locator(".who", new Page.LocatorOptions().setHasText("Claire Holloway"));
    card.click();
    page.waitForURL("**/signed-in");
    PagesHarness.settle(page);
    assertThat(complaints).isEmpty();
  }

  @Test
  void errorsSayWhatToDo() {
    Page page = harness.page();
    harness.open(page, "/sign-in?error=unknown&return=https%3A%2F%2Fevil.example");
    assertThat(page.locator("[role=alert]").textContent()).contains("administrator");
    assertThat(Looks.faults(page, "sign-in-error")).isEmpty();
  }

  @Test
  void aPersonSignsInAtTheProviderWithTheCookieOfDeployments() throws Exception {
    MockOAuth2Server provider = new MockOAuth2Server();
    provider.start();
    try (TestPostgres postgres = PagesHarness.filled();
        CoreApi coreApi = deployed(postgres, provider.issuerUrl("clinic").toString())) {
      String address = "http://127.0.0.1:" + coreApi.port();
      Page page = harness.page();
      page.navigate(address + "/sign-in?return=%2Fsigned-in");
      PagesHarness.settle(page);
      assertThat(Looks.faults(page, "sign-in-provider")).isEmpty();
      provider.enqueueCallback(
          new DefaultOAuth2TokenCallback(
              "clinic",
              SmallClinic.ENGLISH_SPECIALIST.id().toString(),
              "JWT",
              List.of("kinebeam"),
              Map.of("role", "specialist", "org_id", SmallClinic.AURORA.toString())));
      page.locator("a.button.primary").click();
      page.waitForURL(address + "/signed-in");
      List<Cookie> cookies = page.context().cookies();
      assertThat(cookies)
          .anyMatch(
              cookie ->
                  cookie.name.equals("__Host-kinebeam-session")
                      && cookie.httpOnly
                      && cookie.secure);
      // By the browser itself: Playwright's own client sends no such cookie over http.
      page.navigate(address + "/v1/me");
      assertThat(page.textContent("body")).contains("Sarah Whitfield");
    } finally {
      provider.shutdown();
    }
  }

  private static CoreApi deployed(TestPostgres postgres, String issuer) throws Exception {
    int port = new FreePorts(PortChoice.FREE).free();
    Map<String, String> env =
        Map.of(
            "AUTH_HS256_SECRET", "a secret of the pages' tests, 32 bytes or more",
            "DATABASE_PASSWORD", "none is asked for",
            "AUTH_OIDC_ISSUER", issuer,
            "AUTH_OIDC_CLIENT_ID", "kinebeam",
            "AUTH_OIDC_CLIENT_SECRET", "of the client");
    return CoreApi.start(
        CoreApiMain.configure(
            env,
            "--port=" + port,
            "--public-url=http://127.0.0.1:" + port,
            "--admin-port=0",
            "--kafka-bootstrap-servers=127.0.0.1:9",
            "--database-url=" + postgres.url("core_api").replaceAll("\\?.*", ""),
            "--database-user=core_api"));
  }
}
