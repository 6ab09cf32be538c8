package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.kinebeam.trials.browser.Chromium;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a therapist does, on pages as a browser shows them, and how each state of them looks. */
@Tag("browser")
class TherapistPagesIT {
  private static final SmallClinic.Person THERAPIST = SmallClinic.ENGLISH_SPECIALIST;

  /** 500 characters with markup and a text from right to left. */
  private static final String HARD_NAME =
      "<b>Bold</b> \u05d0\u05d1\u05d2 \u202etuo\u202c " + "Anastasia ".repeat(47);

  private static final String SLIDER = "document.querySelector('[role=slider]')";

  private static PagesHarness harness;

  @BeforeAll
  static void start() throws Exception {
    harness = PagesHarness.start();
  }

  @AfterAll
  static void stop() {
    harness.close();
  }

  private static void run(String sql, Object... values) {
    harness.owner().useHandle(handle -> handle.execute(sql, values));
  }

  private static UUID one(String sql, Object... values) {
    return harness
        .owner()
        .withHandle(handle -> handle.select(sql, values).mapTo(UUID.class).first());
  }

  /** A session of the patient with the weak network that stalled at least twice. */
  private static UUID stalledSession() {
    return one(
        "SELECT session_id FROM media_session_metrics WHERE patient_id = ? AND stall_count > 1"
            + " AND status = 'completed' ORDER BY started_at DESC LIMIT 1",
        SmallClinic.STEFAN.id());
  }

  private static Locator heading(Page page) {
    return page.locator("h1");
  }

  @Test
  void whoHadTroubleAndWhyIsReadFromTheList() {
    Page page = harness.signIn(THERAPIST);
    List<String> complaints = PagesHarness.complaintsOf(page);
    harness.open(page, "/therapist");
    Locator rows = page.locator("tbody tr");
    assertThat(rows.first().innerText())
        .contains(SmallClinic.GHEORGHE.name())
        .containsPattern("broke off in \\d+ of \\d+ sessions");
    assertThat(page.locator("main").innerText())
        .contains("stalls in")
        .contains("Nothing done for 9 days.");
    assertThat(Looks.faults(page, "therapist-many")).isEmpty();
    page.getByPlaceholder("Search by name").fill("stefan tar");
    Chromium.until(page, "document.querySelectorAll('tbody tr').length === 1");
    assertThat(page.url()).contains("q=stefan");
    page.getByPlaceholder("Search by name").fill("zzz no such name");
    page.waitForSelector(".state.empty");
    assertThat(Looks.faults(page, "therapist-none")).isEmpty();
    page.getByText("Show all patients").click();
    Chromium.until(page, "document.querySelectorAll('tbody tr').length > 3");
    rows.filter(new Locator.FilterOptions().setHasText(SmallClinic.STEFAN.name()))
        .locator("a.row-link")
        .click();
    PagesHarness.settle(page);
    assertThat(heading(page).innerText()).contains(SmallClinic.STEFAN.name());
    page.waitForSelector("kinebeam-plot canvas");
    Chromium.until(page, "document.querySelectorAll('#sessions tbody tr').length > 5");
    assertThat(Looks.faults(page, "therapist-patient")).isEmpty();
    assertThat(complaints).isEmpty();
    page.close();
  }

  @Test
  void aSessionIsOpenedAndScrubbed() {
    UUID session = stalledSession();
    Page page = harness.signIn(THERAPIST);
    List<String> complaints = PagesHarness.complaintsOf(page);
    harness.open(page, "/session?id=" + session);
    page.waitForSelector(".stalls .chip");
    assertThat(page.locator(".stalls").innerText())
        .contains("Patient’s connection")
        .contains("The connection carried");
    Locator axis = page.getByRole(AriaRole.SLIDER);
    axis.focus();
    page.keyboard().press("Home");
    page.keyboard().press("Shift+ArrowRight");
    page.keyboard().press("Shift+ArrowRight");
    Chromium.until(page, SLIDER + ".ariaValueNow === '20'");
    Chromium.until(page, "location.search.includes('t=20.0')");
    assertThat(page.locator(".place").innerText()).containsPattern("left, repetition \\d+ of 10");
    page.locator(".stalls .moment").first().click();
    Chromium.until(page, SLIDER + ".ariaValueText.includes('Stalled')");
    axis.click(new Locator.ClickOptions().setPosition(400, 40));
    Chromium.until(page, "!" + SLIDER + ".ariaValueText.includes('Stalled')");
    int clicked = Integer.parseInt(axis.getAttribute("aria-valuenow"));
    assertThat(clicked).isGreaterThan(20);
    page.getByLabel("Zoom in").click();
    page.getByText("Whole session").click(); // waits until it is enabled
    page.getByText("8×").click();
    page.getByText("Replay").click();
    Chromium.until(page, "Number(" + SLIDER + ".ariaValueNow) >= " + (clicked + 8));
    page.locator(".controls").getByText("Pause").click();
    assertThat(Looks.faults(page, "session-stalls")).isEmpty();
    assertThat(complaints).as("but for the host that is not there").allMatch(this::isOfTheHost);
    String address = page.url();
    Page shared = harness.signIn(THERAPIST);
    shared.navigate(address);
    PagesHarness.settle(shared);
    assertThat(shared.getByRole(AriaRole.SLIDER).getAttribute("aria-valuenow")).isNotEqualTo("0");
    shared.close();
    page.close();
  }

  private boolean isOfTheHost(String complaint) {
    return complaint.contains("ERR_UNSAFE_PORT") || complaint.contains("127.0.0.1:9");
  }

  @Test
  void aSessionThatPlaysIsFollowedUntilItIsClosed() {
    UUID session = UUID.randomUUID();
    OffsetDateTime at = OffsetDateTime.now(ZoneOffset.UTC).minusSeconds(40);
    run(
        "INSERT INTO media_session_metrics SELECT (jsonb_populate_record(m, jsonb_build_object("
            + "'session_id', ?::text, 'status', 'playing', 'started_at', ?::timestamptz,"
            + " 'ended_at', NULL, 'ended_by', NULL, 'last_event_at', ?::timestamptz,"
            + " 'stall_count', 0, 'stall_duration_ms', 0, 'fatal_error', false,"
            + " 'started_playing', true))).* FROM media_session_metrics AS m WHERE session_id = ?",
        session,
        at,
        at.plusSeconds(30),
        stalledSession());
    Page page = harness.open(THERAPIST, "/session?id=" + session);
    page.waitForSelector("text=Live");
    run(
        "UPDATE media_session_metrics SET events_seen = events_seen + 3, stall_count = 1,"
            + " last_event_at = last_event_at + interval '8 seconds' WHERE session_id = ?",
        session);
    Chromium.until(page, "Number(" + SLIDER + ".ariaValueMax) >= 38");
    assertThat(Looks.faults(page, "session-live")).isEmpty();
    run(
        "UPDATE media_session_metrics SET status = 'abandoned', ended_at = last_event_at,"
            + " ended_by = 'timeout' WHERE session_id = ?",
        session);
    page.waitForSelector("text=Left early");
    Chromium.until(page, "!document.querySelector('main').innerText.includes('Live')");
    page.close();
    run("DELETE FROM media_session_metrics WHERE session_id = ?", session);
  }

  @Test
  void aWorkoutIsPrescribedAndBecomesReady() {
    UUID exercise = UUID.randomUUID();
    wholeVideo(exercise);
    Page page = harness.open(THERAPIST, "/therapist/patient?id=" + SmallClinic.EMILY.id());
    List<String> complaints = PagesHarness.complaintsOf(page);
    page.locator(".heading .button.primary").first().click();
    PagesHarness.settle(page);
    assertThat(heading(page).innerText()).contains(SmallClinic.EMILY.name());
    page.getByText("Prescribe", new Page.GetByTextOptions().setExact(true)).click();
    page.waitForSelector(".error-summary");
    assertThat(Looks.faults(page, "therapist-prescribe-refused")).isEmpty();
    page.getByPlaceholder("Search exercises").fill("breath");
    page.waitForSelector(".offer >> text=Breathing");
    Chromium.until(page, "document.querySelectorAll('.offer').length === 1");
    page.locator(".offer .button").click();
    page.reload();
    PagesHarness.settle(page);
    assertThat(page.locator(".list-chosen").innerText())
        .as("the draft stays")
        .contains("Breathing");
    assertThat(Looks.faults(page, "therapist-prescribe")).isEmpty();
    page.locator("form button[type=submit]").click();
    page.waitForURL(Pattern.compile(".*workout=.*"));
    page.waitForSelector("text=The workout is ready");
    assertThat(Looks.faults(page, "therapist-ready")).isEmpty();
    assertThat(complaints).allMatch(text -> isOfTheHost(text) || text.contains("400"));
    page.close();
  }

  /** An exercise of one whole video, which needs no bundle to be prescribed. */
  private static void wholeVideo(UUID exercise) {
    run(
        "INSERT INTO exercises (exercise_id, slug, kind, status, display_name, media_id,"
            + " description) VALUES (?, 'breathing', 'duration_based', 'published',"
            + " 'Breathing', 'media-breathing', 'Breathe.')",
        exercise);
    UUID render = UUID.randomUUID();
    run(
        "INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language,"
            + " asset_version, status, host, host_video_id, duration_seconds, finished_at) VALUES"
            + " (?, ?, '_imported', 'en', 1, 'ready', 'own', gen_random_uuid()::text, 60, now())",
        render,
        exercise);
    run(
        "INSERT INTO exercise_previews (exercise_id, language, render_id, asset_version)"
            + " VALUES (?, 'en', ?, 1) ON CONFLICT DO NOTHING",
        exercise,
        render);
  }

  @Test
  void readinessIsLiveAndSurvivesAReload() {
    UUID workout =
        one(
            "SELECT workout_id FROM workouts WHERE status = 'preparing' AND org_id = ?",
            SmallClinic.AURORA);
    Page page = harness.open(THERAPIST, "/therapist/prescribe?workout=" + workout);
    page.waitForSelector("text=Could not be made");
    assertThat(page.locator(".makes").innerText()).contains("the intro has no sound in Romanian");
    assertThat(Looks.faults(page, "therapist-failed")).isEmpty();
    run(
        "UPDATE exercise_renders SET status = 'queued', error = NULL, step = NULL WHERE"
            + " recipe_hash = 'failed'");
    Chromium.until(page, "document.querySelector('main').innerText.includes('Waiting')");
    page.reload();
    PagesHarness.settle(page);
    page.waitForSelector("text=The videos are being made");
    assertThat(Looks.faults(page, "therapist-preparing")).isEmpty();
    run(
        "UPDATE exercise_renders SET status = 'ready', host = 'own', host_video_id ="
            + " gen_random_uuid()::text, duration_seconds = 50, step = NULL, percent = NULL WHERE"
            + " recipe_hash IN ('failed', 'being made')");
    page.waitForSelector("text=The workout is ready");
    page.getByText("Cancel this workout").click();
    page.locator("dialog .button.danger").click();
    page.waitForSelector("text=The workout is cancelled.");
    page.close();
  }

  @Test
  void loadingEmptyBrokenAndForbiddenStatesSayWhatTheyAre() {
    Page page = harness.signIn(THERAPIST);
    page.route(Pattern.compile(".*/v1/patients(\\?.*)?$"), route -> page.waitForTimeout(1));
    page.navigate(harness.address() + "/therapist");
    page.waitForSelector(".bones");
    assertThat(Looks.faults(page, "therapist-loading")).isEmpty();
    page.unrouteAll();
    page.route(
        Pattern.compile(".*/v1/patients(\\?.*)?$"),
        route ->
            route.fulfill(
                new com.microsoft.playwright.Route.FulfillOptions()
                    .setStatus(503)
                    .setContentType("application/problem+json")
                    .setHeaders(java.util.Map.of("Retry-After", "30"))
                    .setBody("{\"status\":503,\"title\":\"Unavailable\"}")));
    page.navigate(harness.address() + "/therapist?reason=stalling");
    page.waitForSelector(".state.failed");
    assertThat(Looks.faults(page, "therapist-error")).isEmpty();
    page.unrouteAll();
    page.getByText("Try again", new Page.GetByTextOptions().setExact(true)).click();
    page.waitForSelector("tbody tr");
    harness.open(page, "/session?id=" + UUID.randomUUID());
    page.waitForSelector(".state.failed");
    assertThat(Looks.faults(page, "session-missing")).isEmpty();
    page.close();
    Page other = harness.open(SmallClinic.OTHER_SPECIALIST, "/session?id=" + stalledSession());
    other.waitForSelector(".state.failed");
    harness.open(other, "/therapist/patient?id=" + SmallClinic.MARIA.id());
    other.waitForSelector(".state.failed");
    harness.open(other, "/therapist");
    assertThat(other.locator("tbody tr").count()).as("one patient").isEqualTo(1);
    assertThat(Looks.faults(other, "therapist-one")).isEmpty();
    other.close();
    Page patient = harness.open(SmallClinic.EMILY, "/therapist");
    assertThat(Looks.faults(patient, "therapist-forbidden")).isEmpty();
    assertThat(patient.locator("main").innerText()).contains("not for you");
    patient.close();
  }

  /** Also on the day with 25 hours, which the list counts as one. */
  @Test
  void namesOfAnyKindAreTextAndStayInsideThePage() {
    UUID patient = UUID.randomUUID();
    run(
        "INSERT INTO people (org_id, person_id, role, display_name) VALUES (?, ?, 'patient', ?)",
        SmallClinic.LUMINA,
        patient,
        HARD_NAME);
    run(
        "INSERT INTO care_links (org_id, patient_id, specialist_id) VALUES (?, ?, ?)",
        SmallClinic.LUMINA,
        patient,
        SmallClinic.OTHER_SPECIALIST.id());
    run(
        "INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, status, created_by)"
            + " VALUES (gen_random_uuid(), ?, ?, ?, 'visible', 'x')",
        SmallClinic.LUMINA,
        patient,
        LocalDate.now(ZoneId.of("Europe/Bucharest")).minusDays(6));
    Page page = harness.open(SmallClinic.OTHER_SPECIALIST, "/therapist");
    assertThat(page.locator("tbody b").count()).as("markup is text").isZero();
    assertThat(Looks.faults(page, "therapist-names")).isEmpty();
    harness.open(page, "/therapist/patient?id=" + patient);
    assertThat(Looks.faults(page, "therapist-patient-empty")).isEmpty();
    page.close();
    run("DELETE FROM workouts WHERE patient_id = ?", patient);
    run("DELETE FROM care_links WHERE patient_id = ?", patient);
    run("DELETE FROM people WHERE person_id = ?", patient);
  }
}
