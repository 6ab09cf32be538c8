package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.kinebeam.trials.browser.Chromium;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A therapist records an exercise for a patient: a real browser with cameras that are not there,
 * the real routes, and the local stack's object store.
 */
@Tag("browser")
class RecorderIT {
  private static final SmallClinic.Person THERAPIST = SmallClinic.ENGLISH_SPECIALIST;
  private static final int LONG_MS = 20_000;
  private static final String COMPLETE = "**/upload-complete";

  /** Kept recordings whose film is still in the browser. */
  private static final String FILMS =
      "new Promise(done => { const open = indexedDB.open('kinebeam-recordings');"
          + " open.onsuccess = () => { const films = open.result.transaction('films')"
          + ".objectStore('films').count(); films.onsuccess = () => { done(films.result);"
          + " open.result.close(); }; }; })";

  @TempDir static Path folder;

  private static RecordingsBucket bucket;
  private static PagesHarness harness;
  private static UUID exercise;

  private final List<BrowserContext> contexts = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    bucket = RecordingsBucket.start(folder);
    harness = PagesHarness.startWithCameras(bucket.settings());
    exercise = one("SELECT exercise_id FROM exercises WHERE slug = 'ankle-mobility'", UUID.class);
  }

  @AfterAll
  static void stop() throws Exception {
    harness.close();
    bucket.close();
  }

  @AfterEach
  void end() {
    contexts.forEach(BrowserContext::close);
    change("TRUNCATE personalized_exercise_videos CASCADE");
  }

  private static <T> T one(String sql, Class<T> type, Object... values) {
    return harness.owner().withHandle(handle -> handle.select(sql, values).mapTo(type).one());
  }

  private static void change(String sql, Object... values) {
    harness.owner().useHandle(handle -> handle.execute(sql, values));
  }

  private static int videos() {
    return one("SELECT count(*) FROM personalized_exercise_videos", Integer.class);
  }

  private static String status() {
    return one("SELECT status FROM personalized_exercise_videos", String.class);
  }

  private Page signedIn() {
    Page page = harness.signIn(THERAPIST);
    contexts.add(page.context());
    return page;
  }

  private static String recorder(SmallClinic.Person patient) {
    return "/therapist/record?patient=" + patient.id() + "&exercise=" + exercise;
  }

  /** Until the camera shows a picture. */
  private static void ready(Page page) {
    Locator turnOn = page.getByText("Turn on the camera");
    Locator shutter = page.locator(".lens.ready .shutter");
    turnOn.or(shutter).first().waitFor();
    if (turnOn.isVisible()) {
      turnOn.click();
    }
    shutter.waitFor();
  }

  private static void begin(Page page) {
    ready(page);
    page.getByLabel("Start recording").click();
    page.locator(".lens.recording").waitFor();
  }

  /** A recording of somewhat more than a second, until it is kept. */
  private static void record(Page page) {
    begin(page);
    Chromium.until(page, "document.querySelector('.lens .left').innerText.includes('1:58')", 5_000);
    page.getByLabel("Stop recording").click();
    page.locator(".review").waitFor();
    kept(page, 1);
  }

  private static void kept(Page page, int films) {
    long end = System.nanoTime() + LONG_MS * 1_000_000L;
    while (((Number) page.evaluate(FILMS)).intValue() != films) {
      assertThat(System.nanoTime()).as("films in the browser").isLessThan(end);
      page.waitForTimeout(50);
    }
  }

  private static void upload(Page page) {
    page.locator(".review .button.primary").click();
  }

  private static void sent(Page page) {
    page.locator(".sent").waitFor(new Locator.WaitForOptions().setTimeout(LONG_MS));
  }

  private AtomicInteger countPuts(Page page) {
    AtomicInteger puts = new AtomicInteger();
    page.context()
        .onRequest(
            request -> {
              if (request.method().equals("PUT") && request.url().startsWith(bucket.address())) {
                puts.incrementAndGet();
              }
            });
    return puts;
  }

  @Test
  void anExerciseIsRecordedForAPatientAndSent() throws Exception {
    Page page = signedIn();
    List<String> complaints = PagesHarness.complaintsOf(page);
    harness.open(page, "/therapist");
    page.getByLabel("Record exercise for " + SmallClinic.STEFAN.name()).click();
    page.waitForURL(Pattern.compile(".*record\\?patient=" + SmallClinic.STEFAN.id() + ".*"));
    PagesHarness.settle(page);
    assertThat(page.locator("main").innerText()).contains("for " + SmallClinic.STEFAN.name());
    page.getByPlaceholder("Search exercises").fill("Towel slide");
    page.locator(".create .button").waitFor();
    assertThat(Looks.faults(page, "record-exercise")).isEmpty();
    page.locator(".create .button").click();
    page.waitForURL(Pattern.compile(".*exercise=.*"));
    assertThat(page.locator("h1").innerText()).isEqualTo("Towel slide");
    begin(page);
    assertThat(page.getByLabel("Switch camera").isDisabled()).isTrue();
    page.waitForTimeout(1_200); // of the recording
    page.getByLabel("Stop recording").click();
    page.locator(".review").waitFor();
    Chromium.until(page, "Number.isFinite(document.querySelector('.replay').duration)", 5_000);
    Chromium.until(page, "document.querySelector('.replay').seekable.length === 1", 5_000);
    kept(page, 1);
    assertThat(Looks.faults(page, "record-review")).isEmpty();
    upload(page);
    sent(page);
    kept(page, 0);
    Map<String, Object> video =
        harness
            .owner()
            .withHandle(
                handle ->
                    handle.select("SELECT * FROM personalized_exercise_videos").mapToMap().one());
    assertThat(video)
        .containsEntry("status", "PROCESSING_QUEUED")
        .containsEntry("patient_id", SmallClinic.STEFAN.id())
        .containsEntry("doctor_id", THERAPIST.id());
    assertThat(bucket.read(video.get("storage_key").toString()))
        .hasValueSatisfying(
            film -> assertThat((long) film.length).isEqualTo(video.get("size_bytes")));
    assertThat(page.locator(".under-way").innerText()).contains("being processed");
    assertThat(Looks.faults(page, "record-sent")).isEmpty();
    change(
        "UPDATE personalized_exercise_videos SET status = 'FAILED', failure_code = 'duration_exceeded',"
            + " failure_text = 'it takes 121 s'");
    page.getByText("longer than two minutes").waitFor();
    change(
        "UPDATE personalized_exercise_videos SET status = 'COMPLETED', active = true,"
            + " failure_code = NULL, failure_text = NULL, host = 'own', hosted_id = 'a video'");
    page.reload();
    page.getByText("The video is ready").waitFor();
    assertThat(complaints).allMatch(complaint -> complaint.contains("404"), "no video before");
    page.getByText("Back to my patients").click();
    page.waitForURL(Pattern.compile(".*/therapist"));
  }

  @Test
  void behindWhatWasSentThereAreThePatients() {
    Page page = signedIn();
    harness.open(page, "/therapist/record");
    page.getByPlaceholder("Search by first or last name").fill("stef tar");
    Chromium.until(page, "document.querySelectorAll('.picks li').length === 1", 5_000);
    assertThat(Looks.faults(page, "record-patient")).isEmpty();
    page.locator(".pick").click();
    page.locator(".picks").getByText("Ankle mobility").click();
    page.waitForURL(Pattern.compile(".*exercise=.*"));
    page.goBack();
    page.locator(".picks").getByText("Ankle mobility").waitFor();
    page.goForward();
    record(page);
    upload(page);
    sent(page);
    page.goBack();
    page.waitForURL(Pattern.compile(".*/therapist"));
  }

  @Test
  void aLostConnectionStartsTheUploadAgain() {
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
    page.getByText("Try now").click();
    sent(page);
    assertThat(puts).hasValueGreaterThan(1);
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
    Chromium.until(page, "Number.isFinite(document.querySelector('.replay').duration)", 5_000);
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
    Chromium.until(first, "document.querySelector('.sending')", 5_000);
    upload(second);
    second.getByText("Another tab is uploading this").waitFor();
    while (held.isEmpty()) {
      first.waitForTimeout(50);
    }
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
  void leavingWhileRecordingAsks() {
    Page page = signedIn();
    harness.open(page, "/therapist/record?patient=" + SmallClinic.EMILY.id());
    page.locator(".picks").getByText("Ankle mobility").click();
    begin(page);
    page.goBack();
    page.locator("#dialog[open]").waitFor();
    page.getByText("Cancel", new Page.GetByTextOptions().setExact(true)).click();
    page.getByLabel("Stop recording").waitFor();
    page.goBack();
    page.getByText("Discard and leave").click();
    page.getByPlaceholder("Search exercises").waitFor();
    kept(page, 0);
    assertThat(videos()).isZero();
  }

  @Test
  void aVideoThatThePatientHasIsReplacedOnlyWhenAsked() {
    change(
        "INSERT INTO personalized_exercise_videos (org_id, patient_id, exercise_id, doctor_id,"
            + " content_type, storage_key, etag, size_bytes, host, hosted_id, status, active)"
            + " VALUES (?, ?, ?, ?, 'video/mp4', 'a key', 'e', 1, 'own', 'v', 'COMPLETED', true)",
        SmallClinic.AURORA,
        SmallClinic.EMILY.id(),
        exercise,
        THERAPIST.id());
    Page page = signedIn();
    harness.open(page, "/therapist/record?patient=" + SmallClinic.EMILY.id());
    page.locator(".picks").getByText("Ankle mobility").click();
    page.getByText("Replace the video?").waitFor();
    assertThat(Looks.faults(page, "record-replace")).isEmpty();
    page.keyboard().press("Escape");
    assertThat(page.url()).doesNotContain("exercise=");
    page.locator(".picks").getByText("Ankle mobility").click();
    page.getByText("Record a new one").click();
    page.getByText("is replaced then").waitFor();
    ready(page);
    assertThat(Looks.faults(page, "record-ready")).isEmpty();
  }

  @Test
  void twoMinutesEndTheRecording() {
    Page page = signedIn();
    harness.open(page, recorder(SmallClinic.EMILY));
    ready(page);
    page.clock().install();
    page.getByLabel("Start recording").click();
    page.locator(".lens.recording").waitFor();
    page.waitForTimeout(800); // of real recording
    page.clock().fastForward(111_000);
    page.getByText("10 seconds left").waitFor();
    page.clock().fastForward(9_000);
    page.getByText("stopped at two minutes").first().waitFor();
  }

  @ParameterizedTest
  @CsvSource({
    "NotAllowedError, The camera is not allowed",
    "NotFoundError, No camera found",
    "NotReadableError, The camera is in use"
  })
  void whatPreventsTheCameraIsSaid(String error, String title) {
    Page page = signedIn();
    page.addInitScript(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '"
            + error
            + "'); };");
    harness.open(page, recorder(SmallClinic.EMILY));
    Locator turnOn = page.getByText("Turn on the camera");
    Locator said = page.getByText(title);
    turnOn.or(said).first().waitFor();
    if (turnOn.isVisible()) {
      turnOn.click();
    }
    said.waitFor();
    assertThat(page.getByRole(AriaRole.ALERT).innerText()).contains("Try again");
    if (error.equals("NotAllowedError")) {
      assertThat(Looks.faults(page, "record-refused")).isEmpty();
    }
  }

  @Test
  void aFullDeviceIsSaidAndTheRecordingIsSentAllTheSame() {
    Page page = signedIn();
    page.addInitScript(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError');"
            + " };");
    harness.open(page, recorder(SmallClinic.EMILY));
    begin(page);
    page.waitForTimeout(500); // of the recording
    page.getByLabel("Stop recording").click();
    page.getByText("has no space left").waitFor();
    upload(page);
    sent(page);
    assertThat(status()).isEqualTo("PROCESSING_QUEUED");
  }

  @Test
  void withoutTheFeatureNothingIsOffered() {
    change("UPDATE organization_features SET enabled = false WHERE org_id = ?", SmallClinic.AURORA);
    try {
      Page page = signedIn();
      harness.open(page, "/therapist");
      assertThat(page.getByText("Record exercise").count()).isZero();
      harness.open(page, "/therapist/record");
      page.getByText("Personal videos are switched off").waitFor();
    } finally {
      change(
          "UPDATE organization_features SET enabled = true WHERE org_id = ?", SmallClinic.AURORA);
    }
  }
}
