package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.kinebeam.trials.browser.Chromium;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the kit does for every page, on a page of the tests: {@code resources/pages/kit-trial}. */
@Tag("browser")
class KitIT {

  private static PagesHarness harness;
  private Page page;

  @BeforeAll
  static void start() throws Exception {
    harness = PagesHarness.start();
  }

  @AfterAll
  static void stop() {
    harness.close();
  }

  @BeforeEach
  void signIn() {
    page = harness.signIn(SmallClinic.ENGLISH_SPECIALIST);
    page.context()
        .route(
            "**/v1/trial/list*",
            route ->
                json(
                    route,
                    route.request().url().contains("red")
                        ? "{\"items\":[\"rose\"]}"
                        : "{\"items\":[\"rose\",\"sky\"]}"));
  }

  @AfterEach
  void close() {
    page.context().close();
  }

  private static void json(Route route, String body) {
    route.fulfill(
        new Route.FulfillOptions().setStatus(200).setContentType("application/json").setBody(body));
  }

  private static void problem(Route route, int status, String retryAfter) {
    route.fulfill(
        new Route.FulfillOptions()
            .setStatus(status)
            .setContentType("application/problem+json")
            .setHeaders(Map.of("Retry-After", retryAfter, "X-Request-Id", "id-of-the-request"))
            .setBody("{\"title\":\"busy\",\"status\":" + status + "}"));
  }

  private void until(String expression) {
    Chromium.until(page, expression);
  }

  private static String text(String selector) {
    return "document.querySelector('" + selector + "')?.textContent.trim()";
  }

  @Test
  void aFailureIsShownWithItsIdAndTriedAgainByItself() {
    AtomicInteger asked = new AtomicInteger();
    page.route(
        "**/v1/trial/list*",
        route -> {
          if (asked.incrementAndGet() == 1) {
            problem(route, 503, "6");
          } else {
            route.fallback();
          }
        });
    page.navigate(harness.address() + "/kit-trial");
    page.waitForSelector(".failed");
    assertThat(page.textContent(".failed"))
        .contains("The service is busy", "id-of-the-request", "Tried again in");
    page.waitForSelector("#list li");
    assertThat(asked).hasValue(2);
  }

  @Test
  void theFirstReadBeginsWithoutThePagesModuleAndIsAskedOnce() {
    String module = harness.address() + "/kit-trial.js";
    page.route(module, Route::abort);
    page.waitForRequest(
        "**/v1/trial/list?colour=red",
        () -> page.navigate(harness.address() + "/kit-trial?colour=red"));
    page.unroute(module);
    AtomicInteger asked = new AtomicInteger();
    page.route(
        "**/v1/trial/list*",
        route -> {
          asked.incrementAndGet();
          route.fallback();
        });
    harness.open(page, "/kit-trial?colour=red");
    assertThat(page.locator("#list li").count()).isEqualTo(1);
    assertThat(asked).hasValue(1);
  }

  @Test
  void filtersAreInTheAddressAndBackWorks() {
    harness.open(page, "/kit-trial?colour=red");
    assertThat(page.locator("#list li").count()).isEqualTo(1);
    assertThat(page.inputValue(".filters select")).isEqualTo("red");
    page.selectOption(".filters select", "blue");
    until("document.querySelectorAll('#list li').length === 2");
    assertThat(page.url()).endsWith("?colour=blue");
    page.goBack();
    until("document.querySelectorAll('#list li').length === 1");
    assertThat(page.inputValue(".filters select")).isEqualTo("red");
    page.goForward();
    until("document.querySelectorAll('#list li').length === 2");
    assertThat(page.inputValue(".filters select")).isEqualTo("blue");
  }

  @Test
  void whatIsShownStaysWhileOffline() {
    harness.open(page, "/kit-trial");
    page.context().setOffline(true);
    page.waitForSelector(".banner:has-text('You are offline')");
    page.route("**/v1/trial/list*", Route::abort);
    page.evaluate("trial.list.reload()");
    page.waitForSelector(".notice.warn:has-text('Last loaded')");
    assertThat(page.locator("#list li").count()).isEqualTo(2);
    page.unroute("**/v1/trial/list*");
    page.context().setOffline(false);
    until("!document.querySelector('.banner') && !document.querySelector('.notice.warn')");
  }

  @Test
  void aStreamIsFollowedAgainAfterItWasLost() {
    harness.open(page, "/kit-trial");
    page.evaluate("void trial.follow('/v1/automations/stream')");
    until(text("#connection") + " === 'live'");
    raise("first");
    until(text("#count") + " === '1'");
    page.context().setOffline(true);
    until(text("#connection") + " === 'lost'");
    raise("second");
    page.context().setOffline(false);
    until(text("#connection") + " === 'live'");
    until(text("#count") + " === '2'");
  }

  @Test
  void aHiddenTabGivesItsStreamBackAndContinuesWhenItIsSeen() {
    harness.open(page, "/kit-trial");
    page.evaluate("void trial.follow('/v1/automations/stream')");
    until(text("#connection") + " === 'live'");
    raise("before it was hidden"); // its id says where to continue
    until(text("#count") + " === '1'");
    AtomicInteger ended = new AtomicInteger();
    page.onRequestFailed(
        request -> {
          if (request.url().endsWith("/v1/automations/stream")) {
            ended.incrementAndGet();
          }
        });
    hide(true);
    page.waitForCondition(() -> ended.get() == 1);
    raise("while it was hidden");
    page.waitForRequest("**/v1/automations/stream", () -> hide(false));
    until(text("#count") + " === '2'");
    assertThat(page.textContent("#connection").trim()).isEqualTo("live");
  }

  private void hide(boolean hidden) {
    page.evaluate(
        "value => { Object.defineProperty(document, 'hidden', {value, configurable: true});"
            + " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden);
  }

  private static void raise(String subject) {
    harness
        .owner()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO automations (automation_id, org_id, rule, subject, title, state,"
                        + " opened_at, evidence) VALUES (gen_random_uuid(), ?, 'content_quality',"
                        + " ?, 'An exercise fails', 'open', now(), '{}')",
                    SmallClinic.AURORA,
                    subject));
  }

  @Test
  void aSessionThatEndsLosesNoInput() {
    BrowserContext context = page.context();
    AtomicInteger sent = new AtomicInteger();
    harness.open(page, "/kit-trial");
    page.fill("#field-name", "half of a na");
    page.route(
        "**/v1/trial/names",
        route -> {
          if (sent.incrementAndGet() == 1) {
            problem(route, 401, "0");
          } else {
            json(route, "{\"kept\":\"half of a na\"}");
          }
        });
    context.clearCookies();
    page.click("form button[type=submit]");
    page.waitForSelector("dialog[open]:has-text('You have been signed out')");
    assertThat(page.inputValue("#field-name")).isEqualTo("half of a na");
    page.click("dialog .actions button:has-text('I have signed in')");
    page.waitForSelector("dialog[open]:has-text('You have been signed out')");
    harness.signIn(page, SmallClinic.ENGLISH_SPECIALIST.id());
    Page other = context.newPage();
    other.navigate(harness.address() + "/signed-in");
    until(text("#answer") + " === 'half of a na'");
    assertThat(page.locator("dialog[open]").count()).isZero();
    assertThat(sent).hasValue(2);
  }

  @Test
  void aDraftSurvivesALoadAndIsNotShownToAnotherPerson() {
    harness.open(page, "/kit-trial");
    page.fill("#field-name", "mine");
    page.reload();
    PagesHarness.settle(page);
    assertThat(page.inputValue("#field-name")).isEqualTo("mine");
    harness.signIn(page, SmallClinic.ENGLISH_ADMIN.id());
    page.reload();
    PagesHarness.settle(page);
    page.reload();
    PagesHarness.settle(page);
    assertThat(page.inputValue("#field-name")).isEmpty();
  }

  @Test
  void withoutASessionTheAddressIsKeptForAfterTheSignIn() {
    page.context().clearCookies();
    page.navigate(harness.address() + "/kit-trial?colour=red");
    page.waitForURL("**/sign-in?return=%2Fkit-trial%3Fcolour%3Dred");
  }

  @Test
  void theFirstPageLeadsEveryoneToTheirs() {
    page.navigate(harness.address() + "/");
    page.waitForURL("**/therapist");
    page.context().clearCookies();
    page.navigate(harness.address() + "/");
    page.waitForURL("**/sign-in?return=%2F");
  }

  @Test
  void signingOutEndsEveryTab() {
    harness.open(page, "/kit-trial");
    Page other = page.context().newPage();
    harness.open(other, "/kit-trial");
    page.click(".account");
    page.click("text=Sign out");
    page.waitForURL("**/sign-in*");
    other.waitForURL("**/sign-in*");
  }

  @Test
  void aSignOutThatFailedIsSaid() {
    harness.open(page, "/kit-trial");
    page.fill("#field-name", "kept");
    page.route("**/auth/logout", route -> problem(route, 429, "30"));
    page.click(".account");
    page.click("text=Sign out");
    page.waitForSelector(".toast:has-text('you are still signed in')");
    page.reload();
    PagesHarness.settle(page);
    assertThat(page.inputValue("#field-name")).isEqualTo("kept");
  }

  @Test
  void backShowsNothingAfterTheSessionEnded() {
    harness.open(page, "/kit-trial");
    String restored = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))";
    page.evaluate(restored);
    until("!document.getElementById('page').hidden");
    page.context().clearCookies();
    page.evaluate(restored);
    page.waitForURL("**/sign-in?return=*");
  }

  @Test
  void theLanguageIsChangedAtOnceAndKept() {
    harness.open(page, "/kit-trial");
    page.fill("#field-name", "stays");
    page.click(".account");
    page.click("text=Română");
    until(text("h1") + " === 'Probă'");
    assertThat(page.inputValue("#field-name")).isEqualTo("stays");
    assertThat(page.getAttribute("html", "lang")).isEqualTo("ro");
    page.evaluate("localStorage.clear()");
    page.reload();
    PagesHarness.settle(page);
    assertThat(page.textContent("h1")).isEqualTo("Probă");
    page.click(".account");
    page.click("text=English");
    until(text("h1") + " === 'Trial'");
  }

  @Test
  void dialogsKeepTheFocusAndGiveItBack() {
    harness.open(page, "/kit-trial");
    page.keyboard().press("Tab");
    assertThat(page.evaluate("document.activeElement.className")).isEqualTo("skip");
    page.focus("#open");
    page.keyboard().press("Enter");
    page.waitForSelector("dialog[open]");
    for (int i = 0; i < 5; i++) {
      page.keyboard().press("Tab");
      assertThat(
              page.evaluate(
                  "document.activeElement === document.body"
                      + " || Boolean(document.activeElement.closest('dialog'))"))
          .isEqualTo(true);
    }
    page.keyboard().press("Escape");
    until("!document.querySelector('dialog')");
    until("document.activeElement.id === 'open'");
  }

  @Test
  void namesAreShownAsTextWhateverTheyContain() {
    page.navigate(harness.address() + "/design");
    page.waitForSelector(".name >> text=<b onclick");
    assertThat(page.locator(".table b").count()).isZero();
    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
  }

  @Test
  void daysAreThoseOfTheClinicsZone() {
    harness.open(page, "/kit-trial");
    Object days =
        page.evaluate(
            "import('/kit/i18n.js').then(({zone}) => [zone.hours('2026-10-25'),"
                + " zone.hours('2026-03-29'), zone.hours('2026-11-30'), zone.start('2026-10-25'),"
                + " zone.week('2026-11-30'), zone.week('2027-01-01'), zone.monday('2026-11-29'),"
                + " (zone.set('Africa/Cairo'), zone.hours('2026-04-24')),"
                + " zone.day(zone.start('2026-04-24'))].join(' '))");
    assertThat(days)
        .isEqualTo("25 23 24 2026-10-24T21:00:00Z 2026-W49 2026-W53 2026-11-23 23 2026-04-24");
  }

  /** Without charts and players; the limit for a whole page is 200 KB. */
  @Test
  void aPageIsLightAndStaysSoAfterAThousandUpdates() {
    harness.open(page, "/kit-trial");
    List<?> weight =
        (List<?>)
            page.evaluate(
                "performance.getEntriesByType('resource').filter(e => !e.name.includes('/v1/'))"
                    + ".map(e => e.transferSize)");
    assertThat(weight).hasSizeLessThanOrEqualTo(11);
    assertThat(weight.stream().mapToLong(bytes -> ((Number) bytes).longValue()).sum())
        .isBetween(10_000L, 60_000L);
    CDPSession devTools = page.context().newCDPSession(page);
    update(500);
    double before = heap(devTools);
    update(1000);
    assertThat(heap(devTools) - before).as("bytes more").isLessThan(300_000);
  }

  private void update(int times) {
    page.evaluate(
        "async times => { for (let i = 0; i < times; i++) { trial.live.count++;"
            + " trial.list.set({items: ['a' + i, 'b' + i]});"
            + " await new Promise(done => setTimeout(done)); } }",
        times);
  }

  private static double heap(CDPSession devTools) {
    devTools.send("HeapProfiler.collectGarbage");
    return devTools.send("Runtime.getHeapUsage").get("usedSize").getAsDouble();
  }
}
