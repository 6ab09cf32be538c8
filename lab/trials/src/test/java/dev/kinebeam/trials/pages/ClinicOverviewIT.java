package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.kinebeam.trials.browser.Chromium;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an administrator reads from the overview, down to the sessions, and how its states look. */
@Tag("browser")
class ClinicOverviewIT {
  private static final SmallClinic.Person ADMIN = SmallClinic.ENGLISH_ADMIN;

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
  void fromTheVerdictToTheSessions() {
    Page page = harness.signIn(ADMIN);
    List<String> complaints = PagesHarness.complaintsOf(page);
    harness.open(page, "/clinic?range=28");
    page.waitForSelector(".verdict h2");
    Chromium.until(page, "!document.querySelector('.verdict').innerText.includes('Looking for')");
    page.waitForSelector("kinebeam-plot canvas");
    assertThat(page.locator(".figure")).satisfies(cards -> assertThat(cards.count()).isEqualTo(12));
    assertThat(Looks.faults(page, "clinic-overview")).isEmpty();
    Locator failures =
        page.locator(".figure", new Page.LocatorOptions().setHasText("Playback failures"))
            .locator("a.more");
    int failed = Integer.parseInt(failures.innerText().replaceAll("\\D", ""));
    failures.click();
    PagesHarness.settle(page);
    assertThat(page.url()).contains("/clinic/sessions?").contains("only=failed");
    assertThat(page.locator("tbody tr").count()).isPositive().isEqualTo(failed);
    assertThat(Looks.faults(page, "clinic-sessions")).isEmpty();
    page.locator(".chosen a").last().click();
    Chromium.until(page, "!location.search.includes('only=')");
    page.goBack();
    Chromium.until(page, "location.search.includes('only=failed')");
    PagesHarness.settle(page);
    assertThat(page.locator("tbody tr a.row-link").first().getAttribute("href"))
        .startsWith("/session?id=");
    assertThat(complaints).isEmpty();
    page.close();
  }

  @Test
  void breakdownAndTimeAreInTheAddress() {
    Page page = harness.open(ADMIN, "/clinic?range=28&by=device&curve=start_up");
    page.locator("nav.tabs a", new Page.LocatorOptions().setHasText("Connection")).click();
    Chromium.until(page, "location.search.includes('by=connection')");
    PagesHarness.settle(page);
    Locator rows = page.locator(".overview table tbody tr");
    assertThat(rows.count()).isPositive();
    page.locator("nav a.segment", new Page.LocatorOptions().setHasText("Last week")).click();
    Chromium.until(page, "location.search.includes('range=last')");
    PagesHarness.settle(page);
    page.getByLabel("The week before").click();
    Chromium.until(page, "/week=20\\d\\d-W\\d\\d/.test(location.search)");
    page.close();
  }

  @Test
  void aTimeThatCannotBeReadIsThisWeekAndSaysSo() {
    Page page = harness.signIn(ADMIN);
    List<String> complaints = PagesHarness.complaintsOf(page);
    for (String cut : List.of("from=2026-11&to=2026-11-3", "from=2026-11-02", "week=2026-W54")) {
      harness.open(page, "/clinic?" + cut);
      assertThat(page.locator(".notice").first().innerText()).contains("cannot be read");
      assertThat(page.locator("a.segment.selected").innerText()).isEqualTo("This week");
      assertThat(page.locator(".state.failed").count()).isZero();
    }
    assertThat(Looks.faults(page, "clinic-wrong-time")).isEmpty();
    // The first read, which begins before the page's modules are there, asks for that week.
    assertThat(complaints).allMatch(complaint -> complaint.contains("400"));
    page.close();
  }

  @Test
  void aWeekThatHasJustBegunShowsTheOneBefore() {
    Page page = harness.signIn(ADMIN);
    page.route(
        "**/v1/clinic/video-health?week=this*",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(
                        route.fetch().text().replaceFirst("\"sessions\":\\d+", "\"sessions\":0"))));
    harness.open(page, "/clinic");
    assertThat(page.locator(".notice").first().innerText())
        .contains("has just begun: 0 sessions so far");
    assertThat(page.locator(".overview h2").first().innerText()).startsWith("Last week");
    assertThat(page.locator(".figure").count()).isEqualTo(12);
    assertThat(Looks.faults(page, "clinic-monday")).isEmpty();
    page.locator(".notice a").first().click();
    Chromium.until(page, "location.search.includes('range=last')", 5_000);
    page.close();
  }

  @Test
  void anExerciseLeadsToWherePatientsStop() {
    Page page = harness.open(ADMIN, "/clinic?range=28");
    page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Where it happens"))
        .locator("a[href^='/clinic/exercise?slug=']")
        .first()
        .click();
    PagesHarness.settle(page);
    assertThat(page.url()).contains("/clinic/exercise?slug=").contains("from=");
    assertThat(page.locator("h1").innerText()).isNotBlank();
    page.close();
  }

  @Test
  void aWeekWhoseClocksChangeSaysItsHours() {
    Page page = harness.open(ADMIN, "/clinic?week=2026-W43");
    assertThat(page.locator("h1 + p").innerText()).contains("169 hours");
    assertThat(page.locator("main").innerText()).contains("No sessions in this time");
    assertThat(Looks.faults(page, "clinic-empty")).isEmpty();
    page.close();
  }

  @Test
  void aBusyServiceIsAskedAgainByItself() {
    Page page = harness.signIn(ADMIN);
    AtomicBoolean busy = new AtomicBoolean(true);
    page.route(
        "**/v1/clinic/video-health?*",
        route -> {
          if (busy.get()) {
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(503)
                    .setHeaders(Map.of("Retry-After", "1"))
                    .setContentType("application/problem+json")
                    .setBody("{\"status\":503,\"title\":\"busy\"}"));
          } else {
            route.resume();
          }
        });
    page.navigate(harness.address() + "/clinic?range=28");
    page.waitForSelector(".state.failed");
    assertThat(Looks.faults(page, "clinic-busy")).isEmpty();
    busy.set(false);
    page.waitForSelector(".verdict h2", new Page.WaitForSelectorOptions().setTimeout(20_000));
    page.close();
  }

  @Test
  void aReasonThatCannotBeReadIsNotAskedForByEachDraw() {
    Page page = harness.signIn(ADMIN);
    AtomicInteger asked = new AtomicInteger();
    page.route(
        Pattern.compile(".*/v1/clinic/video-health\\?.*by=connection.*"),
        route -> {
          asked.incrementAndGet();
          route.fulfill(
              new Route.FulfillOptions()
                  .setStatus(429)
                  .setContentType("application/problem+json")
                  .setBody("{\"status\":429,\"title\":\"too many\"}"));
        });
    harness.open(page, "/clinic?range=28");
    Chromium.until(
        page, "document.querySelector('.verdict')?.innerText.includes('cannot be read now')");
    page.locator(".overview nav.tabs a", new Page.LocatorOptions().setHasText("Device"))
        .first()
        .click();
    PagesHarness.settle(page);
    assertThat(asked).hasValue(1);
    page.close();
  }

  @Test
  void aCutOffAddressIsAnsweredByThePage() {
    Page page = harness.signIn(ADMIN);
    List<String> complaints = new ArrayList<>();
    page.onPageError(complaints::add);
    harness.open(page, "/clinic/sessions?from=2026-11-&to=x&unreported=x&only=with_errors");
    page.waitForSelector(".state.failed");
    assertThat(page.locator(".chosen li").count()).isEqualTo(3);
    assertThat(page.locator(".filters select").first().inputValue()).isEqualTo("with_errors");
    assertThat(complaints).isEmpty();
    page.close();
  }

  @Test
  void anotherClinicsLinkShowsNothingOfIt() {
    Page page =
        harness.open(
            SmallClinic.OTHER_ADMIN, "/clinic/sessions?patient_id=" + SmallClinic.MARIA.id());
    page.waitForSelector(".state.empty");
    assertThat(page.locator("main").innerText()).doesNotContain(SmallClinic.MARIA.name());
    page.close();
  }
}
