package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import dev.kinebeam.trials.browser.Chromium;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A patient's workout in a real browser with real videos: what fails on a phone, and what is kept.
 */
@Tag("browser")
class PatientPagesIT {
  private static final String TIME = "document.querySelector('video:not(.offstage)').currentTime";
  private static final String PLAYS =
      "!document.querySelector('video:not(.offstage)').paused && " + TIME;

  @TempDir static Path folder;

  private static SignedVideos videos;
  private static PagesHarness harness;

  private final List<Page> pages = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    videos = SignedVideos.start(folder);
    harness = PagesHarness.start(new PagesHarness.Outside(videos.origin(), videos.origin()));
  }

  @AfterAll
  static void stop() {
    harness.close();
    videos.close();
  }

  @AfterEach
  void closePages() {
    pages.forEach(page -> page.context().close());
    // Patients have the same videos.
    videos.findAll();
  }

  private Page open(UUID person, String path) {
    Page page = harness.page();
    pages.add(page);
    harness.signIn(page, person);
    harness.open(page, path);
    return page;
  }

  private static void plays(Page page, double from) {
    page.locator("video:not(.offstage)").waitFor();
    Chromium.until(page, PLAYS + " > " + from);
  }

  private static void begin(Page page) {
    page.click("#begin");
    plays(page, 0.3);
  }

  private static void seek(Page page, double seconds) {
    page.locator(".seek").fill(BigDecimal.valueOf(seconds).stripTrailingZeros().toPlainString());
  }

  private static <T> T one(String sql, Class<T> type, Object... values) {
    return harness.owner().withHandle(h -> h.select(sql, values).mapTo(type).one());
  }

  private static void change(String sql, Object... values) {
    harness.owner().useHandle(h -> h.execute(sql, values));
  }

  /** The hosted video of an exercise of today's workout. */
  private static String video(SmallClinic.Person patient, int position) {
    return ofExercise("r.host_video_id", patient, position);
  }

  private static String render(SmallClinic.Person patient, int position) {
    return ofExercise("r.render_id::text", patient, position);
  }

  private static String ofExercise(String column, SmallClinic.Person patient, int position) {
    return one(
        "SELECT "
            + column
            + " FROM workouts AS w JOIN workout_exercises AS x USING (workout_id)"
            + " JOIN exercise_renders AS r USING (render_id) WHERE w.patient_id = ?"
            + " AND w.scheduled_for = ? AND x.position = ?",
        String.class,
        patient.id(),
        today(),
        position);
  }

  private static LocalDate today() {
    return LocalDate.now(ZoneId.of("Europe/Bucharest"));
  }

  private static UUID patient(String name) {
    UUID id = SmallClinic.id(name);
    change(
        "INSERT INTO people (org_id, person_id, role, display_name, locale)"
            + " VALUES (?, ?, 'patient', ?, 'en')",
        SmallClinic.AURORA,
        id,
        name);
    return id;
  }

  /** Prescribes what another patient has. */
  private static UUID prescribe(UUID patient, LocalDate day, String status) {
    UUID workout = UUID.randomUUID();
    change(
        "INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, status, created_by)"
            + " VALUES (?, ?, ?, ?, ?, 'a test')",
        workout,
        SmallClinic.AURORA,
        patient,
        day,
        status);
    change(
        "INSERT INTO workout_exercises (workout_id, position, org_id, patient_id, exercise_id,"
            + " language, sets, render_id)"
            + " SELECT ?, x.position, x.org_id, ?, x.exercise_id, x.language, x.sets, x.render_id"
            + " FROM workouts AS w JOIN workout_exercises AS x USING (workout_id)"
            + " WHERE w.patient_id = ? AND w.scheduled_for = ?",
        workout,
        patient,
        SmallClinic.EMILY.id(),
        today());
    return workout;
  }

  @Test
  void aWorkoutContinuesWhereItWasLeft() {
    Page page = open(SmallClinic.EMILY.id(), "/patient");
    assertThat(Looks.faults(page, "patient-ready")).isEmpty();
    begin(page);
    Chromium.until(page, "document.querySelector('.caption').textContent.includes('Get ready')");
    seek(page, 60);
    plays(page, 60.3);
    assertThat(page.textContent(".caption").replaceAll("\\s+", " "))
        .contains("Set 2 of 2", "Right", "2 of 10");
    assertThat(Looks.faults(page, "patient-playing")).isEmpty();
    assertThat(videos.events()).as("with consent").anyMatch(body -> body.contains("session_start"));

    page.reload();
    page.waitForSelector("#begin");
    assertThat(page.textContent(".over")).contains("Continue").containsPattern("at 1:[01]\\d");
    page.click("#begin");
    plays(page, 60);
    Page elsewhere = open(SmallClinic.EMILY.id(), "/patient");
    elsewhere.waitForSelector("#begin");
    assertThat(elsewhere.textContent(".over")).as("another device").containsPattern("at 1:[01]\\d");
  }

  @Test
  void theLastExerciseCompletesTheWorkout() {
    Page page = open(SmallClinic.MARIA.id(), "/patient");
    assertThat(page.textContent("h1")).isEqualTo("Antrenamentul de astăzi");
    begin(page);
    String second = video(SmallClinic.MARIA, 1);
    Chromium.until(page, "[...document.querySelectorAll('video')].every(v => v.readyState > 2)");
    assertThat(videos.requests())
        .as("the next one is loaded")
        .anyMatch(r -> r.video().equals(second));
    seek(page, 99);
    page.click("#stop");
    assertThat(Looks.faults(page, "patient-between")).isEmpty();
    page.click("#now");
    plays(page, 0.2);
    seek(page, 99);
    page.waitForSelector("#stop");
    plays(page, 0.2); // after the countdown, by itself
    seek(page, 99);
    page.waitForSelector(".finished");
    Chromium.until(page, "!document.querySelector('.finished .quiet')?.textContent.includes('…')");
    assertThat(
            one(
                "SELECT status FROM workouts WHERE patient_id = ? AND scheduled_for = ?",
                String.class,
                SmallClinic.MARIA.id(),
                today()))
        .isEqualTo("completed");
    assertThat(
            one(
                "SELECT count(*) FROM workout_progress AS p JOIN workouts AS w USING (workout_id)"
                    + " WHERE w.patient_id = ? AND w.scheduled_for = ? AND p.finished_at IS NOT"
                    + " NULL",
                Integer.class,
                SmallClinic.MARIA.id(),
                today()))
        .isEqualTo(3);
    assertThat(Looks.faults(page, "patient-done")).isEmpty();
  }

  @Test
  void addressesAreRenewedWithoutAPause() {
    Page page = harness.page();
    pages.add(page);
    harness.signIn(page, SmallClinic.GHEORGHE.id());
    page.route(
        "**/v1/portal/today*",
        route -> {
          String soon = Instant.now().plusMillis(1500).toString();
          String text =
              route.fetch().text().replaceAll("(\"playback_renew_at\":\")[^\"]*", "$1" + soon);
          route.fulfill(
              new Route.FulfillOptions().setContentType("application/json").setBody(text));
        });
    int earlier = videos.requests().size();
    // The next exercise's is renewed, too, and may be the first.
    Response renewal =
        page.waitForResponse(
            "**/v1/videos/" + render(SmallClinic.GHEORGHE, 0) + "/playback",
            () -> {
              harness.open(page, "/patient");
              begin(page);
            });
    assertThat(renewal.status()).isEqualTo(200);
    plays(page, 0.5);
    String first = video(SmallClinic.GHEORGHE, 0);
    seek(page, 60);
    plays(page, 60.3);
    assertThat(tokensOf(first, earlier))
        .as("that of the day, and the next one")
        .hasSizeGreaterThan(1)
        .anyMatch(renewal.text()::contains);

    // An address names its end in whole seconds: one renewed within the same second is the same.
    long second = Instant.now().getEpochSecond();
    page.waitForCondition(() -> Instant.now().getEpochSecond() > second);
    videos.expire();
    int before = videos.requests().size();
    seek(page, 3);
    plays(page, 3.3);
    assertThat(tokensOf(first, before)).as("one that was refused, and the next").hasSize(2);
    assertThat(page.locator(".trouble").count()).as("it was not noticed").isZero();
  }

  @Test
  void aClickWhileThePlayerIsLoadedPlays() {
    UUID patient = patient("Early Click");
    prescribe(patient, today(), "visible");
    Page page = harness.page();
    pages.add(page);
    harness.signIn(page, patient);
    // A browser pauses what is played shortly before it gets its source.
    page.addInitScript(
        """
        let library;
        Object.defineProperty(window, 'Hls', { configurable: true, get: () => library, set: loaded => {
          library = loaded;
          document.querySelector('#begin').click();
        } });
        """);
    page.route(
        "**/hls.min.js",
        route -> {
          page.waitForSelector("#begin");
          route.resume();
        });
    harness.open(page, "/patient");
    plays(page, 0.3);
  }

  @Test
  void anAddressThatCannotBeRenewedAtOnceIsRenewedLater() {
    UUID patient = patient("Late Address");
    prescribe(patient, today(), "visible");
    Page page = open(patient, "/patient");
    begin(page);
    List<Instant> refused = new ArrayList<>();
    page.route(
        "**/v1/videos/*/playback",
        route -> {
          Instant now = Instant.now();
          // Longer than the player's first attempts take.
          if (refused.isEmpty() || now.isBefore(refused.get(0).plusSeconds(3))) {
            refused.add(now);
            route.fulfill(new Route.FulfillOptions().setStatus(503));
          } else {
            route.resume();
          }
        });
    videos.expire();
    seek(page, 60);
    plays(page, 60.3);
    assertThat(refused).isNotEmpty();
  }

  /** Under which addresses a video was asked for since there had been so many requests. */
  private static Set<String> tokensOf(String video, int since) {
    return videos.requests().stream()
        .skip(since)
        .filter(request -> request.video().equals(video))
        .map(SignedVideos.Request::token)
        .collect(Collectors.toSet());
  }

  @Test
  void aMissingSegmentIsTriedAgainOrSkipped() {
    Page page = open(SmallClinic.STEFAN.id(), "/patient");
    begin(page);
    String video = video(SmallClinic.STEFAN, 0);
    videos.lose(video, 70, true);
    seek(page, 70.5);
    page.waitForSelector(".trouble");
    assertThat(Looks.faults(page, "patient-missing")).isEmpty();
    videos.lose(video, 70, false);
    page.click("#again");
    plays(page, 70.2);
    videos.lose(video, 94, true);
    seek(page, 94.5);
    page.click("#skip");
    plays(page, 0.2);
    assertThat(page.locator(".playlist [aria-current=step]").textContent()).contains("2");
  }

  @Test
  void aLostConnectionIsWaitedFor() {
    Page page = open(SmallClinic.ELENA.id(), "/patient");
    begin(page);
    page.context().setOffline(true);
    seek(page, 80);
    page.waitForSelector(".banner");
    Chromium.until(page, "document.querySelector('.quiet-line') !== null");
    Looks.picture(page, "patient-offline");
    page.context().setOffline(false);
    plays(page, 80.2);
    Chromium.until(page, "document.querySelector('.quiet-line') === null");
    assertThat(
            one(
                "SELECT max(position_ms) FROM workout_progress AS p JOIN workouts AS w USING"
                    + " (workout_id) WHERE w.patient_id = ? AND w.scheduled_for = ?",
                Integer.class,
                SmallClinic.ELENA.id(),
                today()))
        .isGreaterThanOrEqualTo(80_000);
  }

  @Test
  void withoutConsentNothingIsSent() {
    change("UPDATE consents SET active = false WHERE patient_id = ?", SmallClinic.NOAH.id());
    List<String> asked = new ArrayList<>();
    Page page = harness.page();
    pages.add(page);
    page.onRequest(request -> asked.add(request.url()));
    harness.signIn(page, SmallClinic.NOAH.id());
    harness.open(page, "/patient");
    begin(page);
    plays(page, 2);
    seek(page, 97);
    page.waitForSelector("#stop");
    page.keyboard().press("Escape");
    page.click("#now");
    plays(page, 0.2);
    assertThat(asked).noneMatch(url -> url.contains("tracker") || url.endsWith("/v1/me/token"));
    assertThat(asked).noneMatch(url -> url.contains("/v1/media/events"));
  }

  @Test
  void ofTwoTabsOnePlays() {
    UUID patient = patient("Two Tabs");
    prescribe(patient, today(), "visible");
    Page one = open(patient, "/patient");
    begin(one);
    Page two = one.context().newPage();
    harness.open(two, "/patient");
    begin(two);
    Chromium.until(one, "document.querySelector('video:not(.offstage)').paused");
    one.bringToFront();
    one.locator("#play").press(" ");
    plays(one, 0.5);
    Chromium.until(two, "document.querySelector('video:not(.offstage)').paused");
  }

  @Test
  void anotherWorkoutEndsTheCountdownOfTheOneBefore() {
    UUID patient = patient("Two Workouts");
    UUID one = prescribe(patient, today(), "visible");
    UUID two = prescribe(patient, today(), "visible");
    Page page = open(patient, "/patient?workout=" + one);
    begin(page);
    seek(page, 99);
    page.waitForSelector("#stop");
    page.evaluate(
        "window.begun = []; window.listener = new BroadcastChannel('kinebeam.workout');"
            + " void (listener.onmessage = ({data}) => begun.push(data.playing))");
    page.click(".tabs a:not([aria-current])");
    begin(page);
    plays(page, 6); // longer than the countdown
    assertThat(page.evaluate("begun")).isEqualTo(List.of(two.toString()));
    assertThat(
            one(
                "SELECT count(*) FROM workouts WHERE workout_id = ? AND status = 'visible'",
                Integer.class,
                one))
        .isEqualTo(1);
  }

  @Test
  void aSessionThatEndsDoesNotTakeTheVideoAway() {
    UUID patient = patient("Session Over");
    prescribe(patient, today(), "visible");
    change(
        "INSERT INTO consents (org_id, patient_id, purpose, active, text_version)"
            + " VALUES (?, ?, 'analytics', true, '2026-01')",
        SmallClinic.AURORA,
        patient);
    Page page = open(patient, "/patient");
    page.waitForSelector("#begin");
    page.waitForResponse(
        response -> response.url().endsWith("/v1/me/token") && response.status() == 401,
        () -> {
          page.context().clearCookies();
          page.click("#begin");
        });
    plays(page, 1);
    assertThat(page.url()).endsWith("/patient");
  }

  @Test
  void aDayWithoutAWorkoutSaysWhatComes() {
    UUID patient = patient("No Workout");
    UUID later = prescribe(patient, today().plusDays(2), "visible");
    Page page = open(patient, "/patient");
    assertThat(page.textContent(".state")).contains("No workout today", "Your next workout is on");
    assertThat(Looks.faults(page, "patient-nothing")).isEmpty();
    change(
        "UPDATE workouts SET scheduled_for = ?, status = 'preparing' WHERE workout_id = ?",
        today(),
        later);
    page.addInitScript(
        "window.waits = 0; const real = window.setTimeout;"
            + " window.setTimeout = (f, ms, ...more) => { if (ms === 15000) waits++;"
            + " return real(f, ms, ...more); }");
    page.reload();
    page.waitForSelector(".state");
    assertThat(page.textContent(".state")).contains("is being prepared");
    Object waits = page.evaluate("waits");
    for (int i = 0; i < 3; i++) {
      page.evaluate(
          "new Promise(drawn => { dispatchEvent(new Event('online'));"
              + " requestAnimationFrame(() => requestAnimationFrame(drawn)); })");
    }
    assertThat(page.evaluate("waits")).as("timers, after drawing again").isEqualTo(waits);
    Looks.picture(page, "patient-preparing");
  }

  @Test
  void namesOfAnyKindStayInTheirPlace() {
    UUID patient = patient("Strange Names");
    prescribe(patient, today(), "visible");
    String markup = "<img src=x onerror=alert(1)><b>Bend</b>";
    String[] names = {"Whole ".repeat(83), markup, "تمرين الكتف الأيمن ‎(10) مع الشريط"};
    for (int position = 0; position < names.length; position++) {
      change(
          "INSERT INTO exercises (exercise_id, slug, kind, status, display_name, media_id)"
              + " VALUES (?, ?, 'reps_based', 'published', ?, ?)",
          UUID.randomUUID(),
          "strange-" + position,
          names[position],
          "strange" + position);
      change(
          "UPDATE workout_exercises SET exercise_id = (SELECT exercise_id FROM exercises WHERE slug"
              + " = ?) WHERE patient_id = ? AND position = ?",
          "strange-" + position,
          patient,
          position);
    }
    Page page = open(patient, "/patient");
    List<String> complaints = PagesHarness.complaintsOf(page);
    assertThat(page.textContent(".playlist")).contains(markup);
    assertThat(page.locator("#page img").count()).isZero();
    assertThat(Looks.faults(page, "patient-names")).isEmpty();
    assertThat(complaints).isEmpty();
  }

  @Test
  void theLibraryIsSearchedByItsAddress() {
    Page page = open(SmallClinic.EMILY.id(), "/patient/library");
    assertThat(Looks.faults(page, "patient-library")).isEmpty();
    page.locator("#search").fill("knee");
    page.waitForURL("**/patient/library?q=knee");
    Chromium.until(page, "document.querySelectorAll('.exercise').length === 1");
    page.click(".poster");
    plays(page, 0.3);
    page.locator("#search").fill("nothing of this name");
    page.waitForSelector(".state.empty");
    assertThat(Looks.faults(page, "patient-library-none")).isEmpty();
    page.click(".state.empty button");
    Chromium.until(page, "document.querySelectorAll('.exercise').length > 3");
    page.goBack();
    page.waitForSelector(".state.empty");
  }

  @Test
  void aSessionThatEndsLosesNoAnswer() {
    UUID patient = patient("Consent Given");
    Page page = open(patient, "/patient/settings");
    assertThat(Looks.faults(page, "patient-settings")).isEmpty();
    page.click("#change");
    page.waitForSelector("#confirm");
    assertThat(Looks.faults(page, "patient-consent")).isEmpty();
    page.context().clearCookies();
    page.click("#confirm");
    page.waitForSelector("text=I have signed in");
    Looks.picture(page, "patient-expired");
    harness.signIn(page, patient);
    page.click("text=I have signed in");
    Chromium.until(
        page, "document.querySelector('.consent-state').textContent.includes('You allow it')");
    assertThat(
            one(
                "SELECT text_version FROM consents WHERE patient_id = ? AND active",
                String.class,
                patient))
        .isEqualTo("analytics-2026-11");
    assertThat(page.locator(".table tbody tr").count()).isEqualTo(1);
    byte[] copy = readAll(page.waitForDownload(() -> page.click("#export")).path());
    assertThat(new String(copy, 0, 2, java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo("PK");
  }

  private static byte[] readAll(Path file) {
    try {
      return java.nio.file.Files.readAllBytes(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
