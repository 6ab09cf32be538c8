package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.kinebeam.trials.browser.Chromium;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A therapist records an exercise for a patient: the steps, the camera, and what became of it. */
@Tag("browser")
class RecorderIT extends RecorderTests {
  private static final UUID ORG = SmallClinic.AURORA;
  private static final Locator.GetByTextOptions EXACT =
      new Locator.GetByTextOptions().setExact(true);
  private static final Locator.WaitForOptions GONE =
      new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED);

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
    recorded(page, "1:58");
    page.getByLabel("Stop recording").click();
    page.locator(".review").waitFor();
    Chromium.until(page, "Number.isFinite(document.querySelector('.replay').duration)");
    Chromium.until(page, "document.querySelector('.replay').seekable.length === 1");
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
    assertThat(page.locator(".sent").innerText()).contains("as soon as it is ready");
    assertThat(Looks.faults(page, "record-sent")).isEmpty();
    change(
        "UPDATE personalized_exercise_videos SET status = 'FAILED',"
            + " failure_code = 'duration_exceeded', failure_text = 'it takes 121 s'");
    page.getByText("longer than two minutes").waitFor();
    assertThat(page.locator(".sent").innerText())
        .contains("could not be made ready")
        .doesNotContain("was sent", "as soon as it is ready");
    change(
        "UPDATE personalized_exercise_videos SET status = 'COMPLETED', active = true,"
            + " failure_code = NULL, failure_text = NULL, host = 'own', hosted_id = 'a video'");
    page.reload();
    page.getByText("The video is ready").waitFor();
    assertThat(page.locator(".sent").innerText())
        .contains("in place of the default video")
        .doesNotContain("as soon as it is ready");
    assertThat(complaints).allMatch(complaint -> complaint.contains("404"), "no video before");
    page.getByText("Back to my patients").click();
    page.waitForURL(Pattern.compile(".*/therapist"));
  }

  @Test
  void behindWhatWasSentThereAreThePatients() {
    Page page = signedIn();
    harness.open(page, "/therapist/record");
    page.getByPlaceholder("Search by first or last name").fill("stef tar");
    Chromium.until(page, "document.querySelectorAll('.picks li').length === 1");
    assertThat(page.locator(".pick .avatar").innerText()).isEqualTo("ȘȚ");
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
  void aSearchWaitsUntilNothingMoreIsTyped() {
    Page page = signedIn();
    List<String> searches = new ArrayList<>();
    page.onRequest(
        request -> {
          if (request.url().contains("/v2/exercises?q=")) {
            searches.add(request.url());
          }
        });
    harness.open(page, "/therapist/record?patient=" + SmallClinic.EMILY.id());
    page.clock().install();
    page.clock().pauseAt(System.currentTimeMillis() + 2_000);
    Locator box = page.getByPlaceholder("Search exercises");
    for (String letter : List.of("A", "n", "k", "l", "e")) {
      box.pressSequentially(letter);
      page.clock().runFor(50);
    }
    page.clock().runFor(240);
    assertThat(searches).isEmpty();
    page.waitForResponse(
        answer -> answer.url().contains("q=Ankle"), () -> page.clock().runFor(100));
    assertThat(searches).hasSize(1);
  }

  @Test
  void theBackCameraIsAskedForFirstThenTheFrontOne() {
    Page page = signedIn();
    // As on a phone, whose cameras say where they look.
    page.addInitScript(
        "window.asked = [];"
            + " const media = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
            + " navigator.mediaDevices.getUserMedia = wanted => {"
            + " asked.push(wanted.video.facingMode?.ideal ?? 'none'); return media(wanted); };"
            + " const settings = MediaStreamTrack.prototype.getSettings;"
            + " MediaStreamTrack.prototype.getSettings = function() {"
            + " return {...settings.call(this), facingMode: asked.at(-1)}; };");
    harness.open(page, recorder(SmallClinic.EMILY));
    ready(page);
    assertThat(page.evaluate("asked.join()")).isEqualTo("environment");
    page.getByLabel("Switch camera").click();
    page.locator(".finder.mirrored").waitFor();
    assertThat(page.evaluate("asked.join()")).isEqualTo("environment,user");
    begin(page);
    assertThat(page.getByLabel("Switch camera").isDisabled()).isTrue();
  }

  @Test
  void aRetakeDropsTheRecording() {
    Page page = signedIn();
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    page.getByText("Retake").click();
    page.locator(".lens.ready .shutter").waitFor();
    kept(page, 0);
    assertThat(page.locator("#dialog").count())
        .as("nothing was sent, there is no question")
        .isZero();
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
    assertThat(page.locator("h1").innerText()).isEqualTo("Ankle mobility");
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
    page.evaluate(
        """
        (() => {
          const { start } = MediaRecorder.prototype;
          MediaRecorder.prototype.start = function begin(...all) {
            this.addEventListener('dataavailable', () => { window.hasFilm = true; }, { once: true });
            return start.apply(this, all);
          };
        })()
        """);
    page.clock().install();
    page.getByLabel("Start recording").click();
    Chromium.until(page, "window.hasFilm");
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

  @Test
  void whatCannotBeSentAnyMoreIsDownloadedAndDeleted() {
    Page page = signedIn();
    harness.open(page, recorder(SmallClinic.EMILY));
    record(page);
    change(
        "DELETE FROM care_links WHERE patient_id = ? AND specialist_id = ?",
        SmallClinic.EMILY.id(),
        THERAPIST.id());
    try {
      harness.open(page, recorder(SmallClinic.EMILY));
      page.getByText("not in your list").waitFor();
      page.getByText("It cannot be sent").waitFor();
      assertThat(page.locator(".draft a").count()).as("nowhere to continue").isZero();
      assertThat(Looks.faults(page, "record-closed")).isEmpty();
      Download film =
          page.waitForDownload(() -> page.locator(".draft").getByText("Download", EXACT).click());
      assertThat(film.suggestedFilename()).matches("Ankle mobility\\.(mp4|webm)");
      change("UPDATE organization_features SET enabled = false WHERE org_id = ?", ORG);
      page.reload();
      page.getByText("Personal videos are switched off").waitFor();
      page.locator(".draft").getByText("Delete", EXACT).click();
      page.locator("#dialog .button.danger").click();
      kept(page, 0);
      page.locator(".draft").waitFor(GONE);
    } finally {
      change("UPDATE organization_features SET enabled = true WHERE org_id = ?", ORG);
      change(
          "INSERT INTO care_links (org_id, patient_id, specialist_id) VALUES (?, ?, ?)",
          ORG,
          SmallClinic.EMILY.id(),
          THERAPIST.id());
    }
  }
}
