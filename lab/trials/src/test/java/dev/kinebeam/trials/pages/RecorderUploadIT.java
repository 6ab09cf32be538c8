package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.kinebeam.trials.browser.Chromium;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Recordings on their way to the server: connection, answers, address, session and space are taken
 * away.
 */
@Tag("browser")
class RecorderUploadIT extends RecorderTests {
  private static final String COMPLETE = "**/upload-complete";
  private static final String ADDRESS = "**/personalized-exercise-videos/upload-url";
  private static final Pattern ONE_VIDEO = Pattern.compile("/personalized-exercise-videos/[0-9]+$");

  @Test
  void aLostConnectionStartsTheUploadAgainByItself() {
    Page page = signedIn();
    AtomicInteger puts = countPuts(page);
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    String films = bucket.address() + "/**";
    page.route(films, Route::abort);
    upload(page);
    page.getByText("The connection was lost").waitFor();
    assertThat(Looks.faults(page, "record-lost")).isEmpty();
    page.unroute(films);
    sent(page);
    assertThat(puts).hasValueGreaterThan(1);
    assertThat(videos()).isEqualTo(1);
  }

  @Test
  void theNetworkThatComesBackStartsTheUploadAtOnce() {
    Page page = signedIn();
    AtomicInteger puts = countPuts(page);
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    String films = bucket.address() + "/**";
    page.route(films, Route::abort);
    upload(page);
    // Each failure makes the pauses longer: the next attempt is more than twenty seconds away.
    for (int failures = 1; failures <= 4; failures++) {
      page.getByText("Try now").click();
      int more = failures;
      page.waitForCondition(() -> puts.get() > more);
    }
    page.getByText("Try now").waitFor();
    page.context().setOffline(true);
    page.unroute(films);
    long begun = System.nanoTime();
    page.context().setOffline(false);
    sent(page);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    assertThat(videos()).isEqualTo(1);
  }

  @Test
  void aLostAnswerSendsNothingTwice() {
    Page page = signedIn();
    AtomicInteger puts = countPuts(page);
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    page.route(
        COMPLETE,
        route -> {
          assertThat(route.fetch().status()).isEqualTo(202);
          change(
              "UPDATE personalized_exercise_videos SET status = 'COMPLETED', active = true,"
                  + " host = 'own', hosted_id = 'a video'");
          route.abort();
        },
        new Page.RouteOptions().setTimes(1));
    upload(page);
    sent(page);
    page.getByText("The video is ready").waitFor();
    assertThat(puts).hasValue(1);
    assertThat(videos()).isEqualTo(1);
    kept(page, 0);
  }

  @Test
  void whatHasArrivedIsNotCalledUnsent() {
    Page page = signedIn();
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    page.route(
        COMPLETE,
        route -> {
          if (status().equals("UPLOAD_URL_CREATED")) {
            route.fetch();
          }
          route.abort();
        });
    page.route(ONE_VIDEO, Route::abort);
    upload(page);
    page.getByText("The connection was lost").waitFor();
    harness.open(page, "/therapist/record");
    page.locator(".draft").waitFor();
    page.locator(".draft").getByText("Delete").click();
    page.getByText("It may have arrived already").waitFor();
    page.keyboard().press("Escape");
    page.unroute(ONE_VIDEO);
    page.locator(".draft").getByText("Delete").click();
    page.getByText("It was sent and has arrived").waitFor();
    page.keyboard().press("Escape");
    // It is said for some seconds, which may pass while a busy machine still loads the page.
    page.addInitScript(
        """
        new MutationObserver(() => {
          window.isSaid ||= document.body?.textContent.includes('was sent and has arrived');
        }).observe(document, { childList: true, subtree: true, characterData: true });
        """);
    page.reload();
    Chromium.until(page, "window.isSaid");
    kept(page, 0);
    assertThat(page.locator(".draft").count()).isZero();
  }

  @Test
  void whatTheServerSaysIsNotCalledALostConnection() {
    Page page = signedIn();
    AtomicInteger asked = new AtomicInteger();
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    page.route(
        ADDRESS,
        route -> {
          boolean isFirst = asked.incrementAndGet() == 1;
          route.fulfill(
              new Route.FulfillOptions()
                  .setStatus(isFirst ? 500 : 503)
                  .setHeaders(Map.of("Retry-After", isFirst ? "0" : "60"))
                  .setContentType("application/problem+json")
                  .setBody("{\"detail\":\"PERSONAL_VIDEOS_BUCKET is not set.\"}"));
        });
    upload(page);
    page.getByText("Something went wrong on our side").waitFor();
    page.getByText("PERSONAL_VIDEOS_BUCKET").waitFor();
    assertThat(page.locator(".sending").innerText())
        .contains("It cannot be sent right now", "The service is busy", "kept on this device")
        .doesNotContain("connection");
    assertThat(Looks.faults(page, "record-unavailable")).isEmpty();
    page.unroute(ADDRESS);
    page.route(
        bucket.address() + "/**",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(503)
                    .setHeaders(Map.of("Access-Control-Allow-Origin", "*"))));
    page.getByText("Try now").click();
    page.getByText("did not take the recording (answer 503)").waitFor();
    page.unroute(bucket.address() + "/**");
    page.getByText("Try now").click();
    sent(page);
  }

  @Test
  void tooManyUnfinishedRecordingsAreSaidAndNothingIsLost() {
    change(
        "INSERT INTO personalized_exercise_videos (org_id, patient_id, exercise_id, doctor_id,"
            + " content_type) SELECT ?, ?, ?, ?, 'video/mp4' FROM generate_series(1, 100)",
        SmallClinic.AURORA,
        SmallClinic.EMILY.id(),
        exercise,
        THERAPIST.id());
    Page page = signedIn();
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    upload(page);
    page.getByText("A hundred of your recordings").waitFor();
    assertThat(page.locator(".sending h2").innerText()).contains("could not be sent");
    kept(page, 1);
    change("DELETE FROM personalized_exercise_videos");
    page.locator(".sending .primary").click();
    sent(page);
    assertThat(videos()).isEqualTo(1);
  }

  @Test
  void anExpiredAddressIsRenewedForTheSameVideo() {
    Page page = signedIn();
    page.addInitScript(
        "const takes = MediaRecorder.isTypeSupported.bind(MediaRecorder);"
            + " MediaRecorder.isTypeSupported = type => !type.includes('mp4') && takes(type);");
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    page.route(
        bucket.address() + "/**",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(403)
                    .setHeaders(Map.of("Access-Control-Allow-Origin", "*"))),
        new Page.RouteOptions().setTimes(1));
    Chromium.until(page, "Number.isFinite(document.querySelector('.replay').duration)");
    upload(page);
    sent(page);
    assertThat(status()).isEqualTo("PROCESSING_QUEUED");
    assertThat(one("SELECT storage_key FROM personalized_exercise_videos", String.class))
        .as("what a browser without H.264 makes")
        .endsWith(".webm");
  }

  @Test
  void aReloadBeforeTheUploadIsCompleteContinues() {
    Page page = signedIn();
    AtomicInteger puts = countPuts(page);
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    page.route(COMPLETE, Route::abort);
    upload(page);
    page.getByText("The connection was lost").waitFor();
    page.unroute(COMPLETE);
    harness.open(page, "/therapist/record");
    page.getByText("Not sent yet").waitFor();
    assertThat(Looks.faults(page, "record-unsent")).isEmpty();
    page.getByText("Continue").click();
    page.getByText("was interrupted").waitFor();
    upload(page);
    sent(page);
    assertThat(puts).as("the film was there already").hasValue(1);
    assertThat(videos()).isEqualTo(1);
    kept(page, 0);
  }

  @Test
  void aRecordingThatTheServerHasLostIsSentAsANewVideo() {
    Page page = signedIn();
    AtomicInteger puts = countPuts(page);
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    page.route(
        COMPLETE,
        route -> {
          String key = one("SELECT storage_key FROM personalized_exercise_videos", String.class);
          assertThatCode(() -> bucket.lose(key)).doesNotThrowAnyException();
          change(
              "UPDATE personalized_exercise_videos SET status = 'FAILED',"
                  + " failure_code = 'host_slow', failure_text = 'too slow', removed_at = now()");
          route.resume();
        },
        new Page.RouteOptions().setTimes(1));
    upload(page);
    sent(page);
    assertThat(puts).hasValue(2);
    assertThat(
            one(
                "SELECT count(*) FROM personalized_exercise_videos"
                    + " WHERE status = 'PROCESSING_QUEUED'",
                Integer.class))
        .isEqualTo(1);
    assertThat(videos()).isEqualTo(2);
  }

  @Test
  void aVideoWhoseUploadEndedBeforeItBeganIsEnteredAnew() {
    Page page = signedIn();
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    page.route(
        ADDRESS,
        route -> {
          route.fetch();
          change(
              "UPDATE personalized_exercise_videos SET status = 'FAILED',"
                  + " failure_code = 'upload_abandoned', failure_text = 'after a day'");
          route.abort();
        },
        new Page.RouteOptions().setTimes(1));
    upload(page);
    sent(page);
    assertThat(videos()).isEqualTo(2);
  }

  @Test
  void twoTabsSendItOnce() {
    Page first = signedIn();
    AtomicInteger puts = countPuts(first);
    harness.open(first, recorder(SmallClinic.EMILY));
    record(first);
    Page second = first.context().newPage();
    harness.open(second, recorder(SmallClinic.EMILY));
    second.getByText("have not sent it yet").waitFor();
    List<Route> held = new ArrayList<>();
    first.route(COMPLETE, held::add);
    upload(first);
    Chromium.until(first, "document.querySelector('.sending')");
    upload(second);
    second.getByText("Another tab is uploading this").waitFor();
    first.waitForCondition(() -> !held.isEmpty());
    held.forEach(Route::resume);
    sent(first);
    sent(second);
    assertThat(puts).hasValue(1);
    assertThat(videos()).isEqualTo(1);
  }

  @Test
  void anExpiredSessionIsSignedInAgainAndNothingIsLost() {
    Page page = signedIn();
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    page.context().clearCookies();
    upload(page);
    page.getByText("You have been signed out").waitFor();
    harness.signIn(page, THERAPIST.id());
    page.getByText("I have signed in: continue").click();
    sent(page);
    assertThat(status()).isEqualTo("PROCESSING_QUEUED");
  }

  @Test
  void aFullDeviceIsSaidAndLeavingAsks() {
    Page page = signedIn();
    page.addInitScript(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError');"
            + " };");
    harness.open(page, "/therapist/record?patient=" + SmallClinic.EMILY.id());
    page.locator(".picks").getByText("Ankle mobility").click();
    recordWithoutSpace(page);
    page.goBack();
    page.getByText("Discard and leave").click();
    page.getByPlaceholder("Search exercises").waitFor();
    page.goForward();
    recordWithoutSpace(page);
    page.goBack();
    page.getByText("The recording would be lost").waitFor();
    page.getByText("Cancel", new Page.GetByTextOptions().setExact(true)).click();
    page.locator(".steps a").first().click();
    page.getByText("The recording would be lost").waitFor();
    page.keyboard().press("Escape");
    assertThat(page.url()).contains("exercise=" + exercise);
    assertThat(page.locator("h1").innerText()).isEqualTo("Ankle mobility");
    upload(page);
    sent(page);
    assertThat(status()).isEqualTo("PROCESSING_QUEUED");
    page.getByText("Back to my patients").click();
    page.waitForURL(Pattern.compile(".*/therapist"));
  }

  private static void recordWithoutSpace(Page page) {
    begin(page);
    recorded(page, "1:58");
    page.getByLabel("Stop recording").click();
    page.getByText("has no space left").waitFor();
    assertThat(page.locator(".review").innerText()).doesNotContain("kept on this device");
  }

  @Test
  void aRecordingIsKeptAfterTheBrowserClosedItsDatabase() {
    Page page = signedIn();
    page.addInitScript(
        "const begin = IDBDatabase.prototype.transaction;"
            + " IDBDatabase.prototype.transaction = function(...all) {"
            + " if (all[1]) window.database = this; return begin.apply(this, all); };");
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    page.evaluate("database.close(); database.dispatchEvent(new Event('close'));");
    page.getByText("Retake").click();
    kept(page, 0);
    record(page);
    page.evaluate(
        "new Promise(done => { indexedDB.deleteDatabase('kinebeam-recordings').onsuccess = done; })"
            + ".then(() => undefined)");
    page.getByText("Retake").click();
    record(page);
  }
}
