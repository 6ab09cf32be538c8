package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.kinebeam.trials.browser.Chromium;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tests of the recorder have: a real browser with cameras that are not there, the real routes,
 * the local stack's object store, and the steps of a therapist.
 */
abstract class RecorderTests {
  static final SmallClinic.Person THERAPIST = SmallClinic.ENGLISH_SPECIALIST;
  static final int LONG_MS = 120_000;

  /** Kept recordings whose film is still in the browser. */
  private static final String FILMS =
      "new Promise(done => { const open = indexedDB.open('kinebeam-recordings');"
          + " open.onupgradeneeded = () => open.transaction.abort(); open.onerror = () => done(0);"
          + " open.onsuccess = () => { const films = open.result.transaction('films')"
          + ".objectStore('films').count(); films.onsuccess = () => { done(films.result);"
          + " open.result.close(); }; }; })";

  @TempDir static Path folder;

  static RecordingsBucket bucket;
  static PagesHarness harness;
  static UUID exercise;

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

  static <T> T one(String sql, Class<T> type, Object... values) {
    return harness.owner().withHandle(handle -> handle.select(sql, values).mapTo(type).one());
  }

  static void change(String sql, Object... values) {
    harness.owner().useHandle(handle -> handle.execute(sql, values));
  }

  static int videos() {
    return one("SELECT count(*) FROM personalized_exercise_videos", Integer.class);
  }

  static String status() {
    return one("SELECT status FROM personalized_exercise_videos", String.class);
  }

  Page signedIn() {
    Page page = harness.signIn(THERAPIST);
    contexts.add(page.context());
    return page;
  }

  static String recorder(SmallClinic.Person patient) {
    return "/therapist/record?patient=" + patient.id() + "&exercise=" + exercise;
  }

  /** Until the camera shows a picture. */
  static void ready(Page page) {
    Locator turnOn = page.getByText("Turn on the camera");
    Locator shutter = page.locator(".lens.ready .shutter");
    turnOn.or(shutter).first().waitFor();
    if (turnOn.isVisible()) {
      turnOn.click();
    }
    shutter.waitFor();
  }

  static void begin(Page page) {
    ready(page);
    page.getByLabel("Start recording").click();
    page.locator(".lens.recording").waitFor();
  }

  /** A recording of somewhat more than a second, until it is kept. */
  static void record(Page page) {
    record(page, "1:58");
  }

  /** A recording until so much of the two minutes is left. */
  static void record(Page page, String left) {
    begin(page);
    recorded(page, left);
    page.getByLabel("Stop recording").click();
    page.locator(".review").waitFor();
    kept(page, 1);
  }

  /** Waits until so much of the two minutes is left. */
  static void recorded(Page page, String left) {
    Chromium.until(
        page, "document.querySelector('.lens .left').innerText.includes('" + left + "')", LONG_MS);
  }

  static void kept(Page page, int films) {
    long end = System.nanoTime() + LONG_MS * 1_000_000L;
    while (((Number) page.evaluate(FILMS)).intValue() != films) {
      assertThat(System.nanoTime()).as("films in the browser").isLessThan(end);
      page.waitForTimeout(50);
    }
  }

  static void upload(Page page) {
    page.locator(".review .button.primary").click();
  }

  static void sent(Page page) {
    page.locator(".sent").waitFor(new Locator.WaitForOptions().setTimeout(LONG_MS));
  }

  static AtomicInteger countPuts(Page page) {
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
}
