package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.kinebeam.trials.browser.Chromium;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was recorded for a patient, in the patient's workout and on the therapist's page. */
@Tag("browser")
class PersonalVideoPagesIT {
  private static final String PLAYS =
      "!document.querySelector('video:not(.offstage)').paused"
          + " && document.querySelector('video:not(.offstage)').currentTime > 0.3";
  private static final int LONG_MS = 20_000;

  @TempDir static Path folder;

  private static SignedVideos videos;
  private static PagesHarness harness;

  private final List<Page> pages = new ArrayList<>();

  /** A personal video of today's exercise at a place. */
  private record Recorded(long id, String hosted) {}

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
  void end() {
    pages.forEach(page -> page.context().close());
    harness
        .owner()
        .useHandle(handle -> handle.execute("TRUNCATE personalized_exercise_videos CASCADE"));
  }

  private Page open(UUID person, String path) {
    Page page = harness.page();
    pages.add(page);
    harness.signIn(page, person);
    harness.open(page, path);
    return page;
  }

  private static Recorded recorded(SmallClinic.Person patient, int position) {
    return harness
        .owner()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        INSERT INTO personalized_exercise_videos
                               (org_id, patient_id, exercise_id, doctor_id, content_type, etag, host,
                                hosted_id, duration_seconds, status, active)
                        SELECT x.org_id, x.patient_id, x.exercise_id, :doctor, 'video/webm', 'an-etag',
                               'own', gen_random_uuid()::text, 100, 'COMPLETED', true
                          FROM workouts AS w JOIN workout_exercises AS x USING (workout_id)
                         WHERE w.patient_id = :patient AND w.scheduled_for = :day
                           AND x.position = :position
                        RETURNING id, hosted_id
                        """)
                    .bind("doctor", SmallClinic.ENGLISH_SPECIALIST.id())
                    .bind("patient", patient.id())
                    .bind("day", LocalDate.now(ZoneId.of("Europe/Bucharest")))
                    .bind("position", position)
                    .map((row, context) -> new Recorded(row.getLong(1), row.getString(2)))
                    .one());
  }

  @Test
  void thePersonalVideoPlaysFirstAndTheOtherOneTakesItsPlace() {
    Recorded whole = recorded(SmallClinic.EMILY, 0);
    Recorded broken = recorded(SmallClinic.EMILY, 1);
    for (int second = 0; second < SignedVideos.SECONDS; second += SignedVideos.SEGMENT_SECONDS) {
      videos.lose(broken.hosted(), second, true);
    }
    Page page = open(SmallClinic.EMILY.id(), "/patient");
    assertThat(page.textContent(".over"))
        .contains("Recorded for you by " + SmallClinic.ENGLISH_SPECIALIST.name());
    assertThat(Looks.faults(page, "patient-personal")).isEmpty();
    page.click("#begin");
    Chromium.until(page, PLAYS, LONG_MS);
    assertThat(videos.requests()).anyMatch(request -> request.video().equals(whole.hosted()));
    assertThat(Looks.faults(page, "patient-personal-playing")).isEmpty();

    page.locator(".seek").fill("99");
    page.click("#stop");
    page.click("#now");
    page.waitForSelector(".playlist li:nth-child(2):not(:has(.recorded))");
    Chromium.until(page, PLAYS, LONG_MS);
    assertThat(page.locator(".trouble").count()).as("the patient reads nothing of it").isZero();
    page.locator(".seek").fill("99");
    page.waitForCondition(
        () ->
            reported("\"session_end\"", whole)
                && reported("\"error\"", broken)
                && reported("\"session_end\"", broken));
  }

  /** Whether a batch has an event of the kind and names the video. */
  private static boolean reported(String event, Recorded video) {
    return videos.events().stream()
        .anyMatch(body -> body.contains(event) && body.contains("\"personal:" + video.id() + "\""));
  }

  /** An exercise that a therapist created, with a video of it for one patient. */
  private static void recordedOnly(SmallClinic.Person patient, String slug, String name) {
    harness
        .owner()
        .useHandle(
            handle -> {
              handle.execute(
                  "INSERT INTO exercises (exercise_id, slug, kind, status, org_id, display_name)"
                      + " VALUES (gen_random_uuid(), ?, 'duration_based', 'draft', ?, ?)",
                  slug,
                  patient.org(),
                  name);
              handle.execute(
                  "INSERT INTO personalized_exercise_videos (org_id, patient_id, exercise_id,"
                      + " doctor_id, content_type, etag, host, hosted_id, duration_seconds, status,"
                      + " active) SELECT ?, ?, exercise_id, ?, 'video/webm', 'an-etag', 'own',"
                      + " gen_random_uuid()::text, 100, 'COMPLETED', true"
                      + " FROM exercises WHERE slug = ?",
                  patient.org(),
                  patient.id(),
                  SmallClinic.ENGLISH_SPECIALIST.id(),
                  slug);
            });
  }

  @Test
  void anExerciseThatIsNotPublishedIsPrescribedToWhomItWasRecordedFor() {
    recordedOnly(SmallClinic.ELENA, "own-bend", "Îndoire proprie");
    UUID therapist = SmallClinic.ENGLISH_SPECIALIST.id();
    Page other = open(therapist, "/therapist/prescribe?patient=" + SmallClinic.NOAH.id());
    other.waitForSelector(".offer");
    other.getByPlaceholder("Search exercises").fill("indoire");
    other.getByText("No exercise was found").waitFor();

    Page page = open(therapist, "/therapist/prescribe?patient=" + SmallClinic.ELENA.id());
    page.waitForSelector(".offer >> text=Îndoire proprie");
    assertThat(Looks.faults(page, "therapist-prescribe-recorded")).isEmpty();
    page.getByPlaceholder("Search exercises").fill("indoire");
    Chromium.until(page, "document.querySelectorAll('.offer').length === 1");
    assertThat(page.getByLabel("Recorded for this patient").textContent())
        .contains("Îndoire proprie");
    page.getByLabel("Add: Îndoire proprie").click();
    assertThat(page.textContent(".list-chosen")).contains("Personal video");
    assertThat(page.locator(".list-chosen .set").count()).as("one whole video").isZero();
    assertThat(page.locator(".list-chosen .field-error").count()).isZero();
    page.click("form button[type=submit]");
    page.waitForSelector("text=The workout is ready");

    String workout = page.url().replaceAll(".*[?&]workout=", "");
    Page patient = open(SmallClinic.ELENA.id(), "/patient?workout=" + workout);
    assertThat(patient.textContent("main")).contains("Îndoire proprie");
    patient.click("#begin");
    Chromium.until(patient, PLAYS, LONG_MS);
  }

  @Test
  void whyAVideoFailedIsSaidInThePersonsLanguage() {
    long id = recorded(SmallClinic.NOAH, 0).id();
    harness
        .owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE personalized_exercise_videos SET status = 'FAILED', active = false,"
                        + " failure_code = 'host_slow', failure_text = 'for operators'"
                        + " WHERE id = ?",
                    id));
    Page page =
        open(SmallClinic.ENGLISH_SPECIALIST.id(), "/therapist/patient?id=" + SmallClinic.NOAH.id());
    page.waitForSelector("#personal .field-error");
    assertThat(page.textContent("#personal .field-error"))
        .isEqualTo("The video host needed too long. Process it again.");
  }

  @Test
  void theTherapistSeesWhatWasRecorded() {
    Recorded recorded = recorded(SmallClinic.NOAH, 0);
    Page page =
        open(SmallClinic.ENGLISH_SPECIALIST.id(), "/therapist/patient?id=" + SmallClinic.NOAH.id());
    page.waitForSelector("#personal td, #personal [role=cell]");
    assertThat(page.textContent("#personal")).contains("Plays in workouts", "Sarah Whitfield");
    assertThat(Looks.faults(page, "therapist-personal")).isEmpty();
    page.click("#personal button");
    Chromium.until(
        page, "document.querySelector('dialog video')?.readyState > 1 ? true : false", LONG_MS);
    assertThat(videos.requests()).anyMatch(request -> request.video().equals(recorded.hosted()));
  }
}
