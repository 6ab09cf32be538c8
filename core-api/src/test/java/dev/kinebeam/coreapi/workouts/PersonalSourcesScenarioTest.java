package dev.kinebeam.coreapi.workouts;

import static dev.kinebeam.coreapi.workouts.TestWorkouts.SPECIALIST;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.body;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.item;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.order;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.today;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What therapists recorded for a patient, in the patient's workouts and in what staff see of it.
 */
@Tag("servers")
class PersonalSourcesScenarioTest {
  private static final String PLAYED = "personal_video.played";

  private static TestCoreApi api;
  private static TestWorkouts workouts;

  private UUID patient;
  private String token;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    workouts = new TestWorkouts(api);
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  @BeforeEach
  void aNewPatient() {
    patient = patient();
    token = Tokens.of(Role.PATIENT, TestCoreApi.ORG, patient);
  }

  private static UUID patient() {
    UUID id = UUID.randomUUID();
    api.person(TestCoreApi.ORG, id, "patient");
    api.link(TestCoreApi.ORG, id, TestCoreApi.SPECIALIST);
    return id;
  }

  private Answer prescribe(String... items) throws Exception {
    return workouts.prescribe(
        body(today(), items).replace(TestCoreApi.PATIENT.toString(), patient.toString()));
  }

  private String prescribed(String... items) throws Exception {
    Answer answer = prescribe(items);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.header("Location");
  }

  private JsonNode first() throws Exception {
    Answer answer = api.get("/v1/portal/today", token);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().at("/workouts/0/exercises/0");
  }

  private List<String> kinds() throws Exception {
    return first().path("sources").findValuesAsText("kind");
  }

  /** As a specialist creates one: without a video. */
  private static String draft(String slug) {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO exercises (exercise_id, slug, kind, status, org_id, display_name)"
                        + " VALUES (gen_random_uuid(), ?, 'duration_based', 'draft', ?, 'Own bend')",
                    slug,
                    TestCoreApi.ORG));
    return slug;
  }

  private static String whole(String slug) {
    return "{\"exercise\":\"%s\",\"language\":\"ro\"}".formatted(slug);
  }

  @Test
  void thePersonalVideoComesFirst() throws Exception {
    String slug = workouts.exercise("comes-first");
    String path = prescribed(item(slug, 5));
    workouts.ready(order(slug, 5, 1));
    for (String status : List.of("UPLOAD_URL_CREATED", "PROCESSING_QUEUED", "FAILED", "INACTIVE")) {
      workouts.personalVideo(patient, slug, status);
      assertThat(kinds()).as(status).containsExactly("default");
    }
    workouts.personalVideo(patient(), slug, "COMPLETED");
    UUID elsewhere = UUID.randomUUID();
    api.person(TestCoreApi.OTHER_ORG, elsewhere, "patient");
    api.person(TestCoreApi.OTHER_ORG, TestCoreApi.SPECIALIST, "specialist");
    workouts.personalVideo(elsewhere, slug, "COMPLETED");
    assertThat(kinds()).as("another patient's, another organization's").containsExactly("default");

    long id = workouts.personalVideo(patient, slug, "COMPLETED");
    assertThat(kinds()).containsExactly("personal", "default");
    JsonNode video = first().at("/sources/0");
    assertThat(video.path("media_id").asText()).isEqualTo("personal:" + id);
    assertThat(video.has("render_id")).isFalse();
    assertThat(video.path("recorded_by").asText()).isEqualTo("Person");
    assertThat(video.path("duration_seconds").asDouble()).isEqualTo(30);
    assertThat(video.path("playback_hls_url").asText()).startsWith("https://videos.example/");
    assertThat(video.path("playback_path").asText())
        .isEqualTo("/v1/videos/personal/" + id + "/playback");
    JsonNode prescribed = workouts.read(path).at("/exercises/0");
    assertThat(prescribed.at("/personal_video/id").asLong()).isEqualTo(id);
    assertThat(prescribed.path("render_id").asText())
        .isEqualTo(order(slug, 5, 1).renderId().toString());
    assertThat(api.get(path, token).json().at("/exercises/0/personal_video/host").asText())
        .isEqualTo("own");
  }

  @Test
  void anExerciseWithAPersonalVideoAloneIsPrescribedAndVisible() throws Exception {
    String slug = draft("recorded-only");
    assertThat(prescribe(whole(slug)).text()).contains("not_published");
    workouts.personalVideo(patient(), slug, "COMPLETED");
    workouts.personalVideo(patient, slug, "PROCESSING_QUEUED");
    assertThat(prescribe(whole(slug)).text()).contains("not_published");

    workouts.personalVideo(patient, slug, "COMPLETED");
    String path = prescribed(whole(slug));
    assertThat(workouts.status(path)).isEqualTo("visible");
    JsonNode seen = workouts.read(path);
    assertThat(seen.at("/readiness/ready").asBoolean()).isTrue();
    assertThat(seen.at("/exercises/0").has("render_id")).isFalse();
    assertThat(seen.at("/exercises/0/status").asText()).isEqualTo("ready");
    assertThat(kinds()).containsExactly("personal");
    assertThat(first().path("display_name").asText()).isEqualTo("Own bend");
  }

  @Test
  void itWaitsForTheOtherExercisesOnly() throws Exception {
    String composed = workouts.exercise("waits-composed");
    String own = draft("waits-own");
    workouts.personalVideo(patient, own, "COMPLETED");
    String path = prescribed(whole(own), item(composed, 5));
    assertThat(workouts.status(path)).isEqualTo("preparing");
    assertThat(workouts.read(path + "/readiness").at("/readiness/ready_exercises").asInt())
        .isEqualTo(1);
    workouts.ready(order(composed, 5, 1));
    assertThat(workouts.status(path)).isEqualTo("visible");
  }

  @Test
  void theNextAddressIsOfWhomItConcerns() throws Exception {
    String slug = workouts.exercise("personal-address");
    long active = workouts.personalVideo(patient, slug, "COMPLETED");
    long replaced = workouts.personalVideo(patient, slug, "INACTIVE");
    Answer next = api.get(address(active), token);
    assertThat(next.status()).as(next.text()).isEqualTo(200);
    assertThat(next.json().path("media_id").asText()).isEqualTo("personal:" + active);
    assertThat(Instant.parse(next.json().path("playback_expires_at").asText()))
        .isAfter(Instant.now().plus(Duration.ofMinutes(55)));
    assertThat(next.json().path("playback_renew_at").asText()).isNotEmpty();

    assertThat(status(replaced, token)).isEqualTo(404);
    assertThat(status(active, TestWorkouts.PATIENT)).as("another patient").isEqualTo(404);
    assertThat(status(active, Tokens.of(Role.PATIENT, TestCoreApi.OTHER_ORG, patient)))
        .isEqualTo(404);
    assertThat(status(active, SPECIALIST)).isEqualTo(200);
    assertThat(status(replaced, SPECIALIST)).as("for the replay").isEqualTo(200);
    assertThat(status(workouts.personalVideo(patient, slug, "FAILED"), SPECIALIST)).isEqualTo(404);
    UUID other = UUID.randomUUID();
    api.person(TestCoreApi.ORG, other, "specialist");
    String stranger = Tokens.of(Role.SPECIALIST, TestCoreApi.ORG, other);
    assertThat(status(active, stranger)).as("without a care link").isEqualTo(404);
    api.unlink(TestCoreApi.ORG, patient, TestCoreApi.SPECIALIST);
    assertThat(status(active, SPECIALIST)).as("the link has ended").isEqualTo(404);
    assertThat(api.get("/v1/videos/personal/x/playback", token).status()).isEqualTo(404);
    assertThat(workouts.count("SELECT count(*) FROM audit_log WHERE action = ?", PLAYED))
        .isGreaterThanOrEqualTo(2);
  }

  private static String address(long id) {
    return "/v1/videos/personal/" + id + "/playback";
  }

  private static int status(long id, String token) throws Exception {
    return api.get(address(id), token).status();
  }

  @Test
  void sessionsNameIt() throws Exception {
    String slug = workouts.exercise("named-by-sessions");
    prescribed(item(slug, 5));
    workouts.ready(order(slug, 5, 1));
    long id = workouts.personalVideo(patient, slug, "COMPLETED");
    Instant now = Instant.now();
    long before = started();
    SessionRows rows = new SessionRows(api.owner());
    UUID session =
        rows.session(TestCoreApi.ORG, patient, now, Map.of("media_id", "personal:" + id));
    UUID strange = patient();
    rows.session(TestCoreApi.ORG, strange, now, Map.of("media_id", "personal:" + id));

    assertThat(started()).as("the prescribed exercise, in the funnel").isEqualTo(before + 1);

    JsonNode row =
        api.get("/v1/patients/" + patient + "/sessions", SPECIALIST).json().at("/sessions/0");
    assertThat(row.path("exercise").asText()).isEqualTo(slug);
    assertThat(row.path("exercise_name").asText()).isEqualTo("Bend");
    assertThat(row.path("personal_video_id").asLong()).isEqualTo(id);
    assertThat(row.path("media_id").asText()).isEqualTo("personal:" + id);
    JsonNode other =
        api.get("/v1/patients/" + strange + "/sessions", SPECIALIST).json().at("/sessions/0");
    assertThat(other.has("exercise")).as("another patient's video").isFalse();

    JsonNode detail = api.get("/v1/media/sessions/" + session, SPECIALIST).json();
    assertThat(detail.path("exercise_name").asText()).isEqualTo("Bend");
    assertThat(detail.at("/video/playable").asBoolean()).isTrue();
    assertThat(detail.at("/video/playback_path").asText())
        .isEqualTo("/v1/videos/personal/" + id + "/playback");
  }

  @Test
  void itFollowsItsExerciseIntoAnotherForPatientsAndInTheFunnel() throws Exception {
    String merged = workouts.exercise("merged-source");
    prescribed(item(merged, 5));
    workouts.ready(order(merged, 5, 1));
    long id = workouts.personalVideo(patient, merged, "COMPLETED");
    workouts.merge(merged, workouts.exercise("merged-successor"));
    assertThat(kinds()).containsExactly("personal", "default");
    assertThat(first().at("/sources/0/media_id").asText()).isEqualTo("personal:" + id);

    long before = started();
    new SessionRows(api.owner())
        .session(TestCoreApi.ORG, patient, Instant.now(), Map.of("media_id", "personal:" + id));
    assertThat(started()).isEqualTo(before + 1);
  }

  @Test
  void aDraftWhoseMergeIsTakenBackPlaysAsBefore() throws Exception {
    String own = draft("restored-own");
    workouts.personalVideo(patient, own, "COMPLETED");
    String path = prescribed(whole(own));
    workouts.merge(own, draft("restored-successor"));
    assertThat(kinds()).containsExactly("personal");
    workouts.restore(own);
    assertThat(workouts.status(path)).isEqualTo("visible");
    assertThat(kinds()).containsExactly("personal");
  }

  /** Prescribed exercises of today that were started. */
  private static long started() throws Exception {
    Instant day = today().atStartOfDay(ZoneOffset.UTC).toInstant();
    String admin = Tokens.of(Role.CLINIC_ADMIN, TestCoreApi.ORG, UUID.randomUUID());
    Answer answer =
        api.get(
            "/v1/clinic/video-health?from=" + day + "&to=" + day.plus(Duration.ofDays(1)), admin);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().at("/funnel/exercises/started").asLong();
  }

  @Test
  void staffSeeWhatWasRecorded() throws Exception {
    String slug = workouts.exercise("list-of-recordings");
    String path = "/v1/patients/" + patient + "/personal-videos";
    assertThat(api.get(path, SPECIALIST).json().path("videos")).isEmpty();
    long active = workouts.personalVideo(patient, slug, "COMPLETED");
    workouts.personalVideo(patient, slug, "INACTIVE");
    workouts.personalVideo(patient, slug, "UPLOAD_URL_CREATED");
    long failed = workouts.personalVideo(patient, slug, "FAILED");
    JsonNode videos = api.get(path, SPECIALIST).json().path("videos");
    assertThat(videos.findValuesAsText("id"))
        .as("what plays comes first")
        .containsExactly(String.valueOf(active), String.valueOf(failed));
    assertThat(videos.at("/0/exercise").asText()).isEqualTo(slug);
    assertThat(videos.at("/0/recorded_only").asBoolean(true)).as("published").isFalse();
    assertThat(videos.at("/1/failure_code").asText()).isEqualTo("too_long");
    assertThat(api.get(path, token).status()).isEqualTo(403);
    api.unlink(TestCoreApi.ORG, patient, TestCoreApi.SPECIALIST);
    assertThat(api.get(path, SPECIALIST).status()).isEqualTo(404);
  }

  @Test
  void whatWasNeverUploadedAndWhatIsDeletedIsNotListed() throws Exception {
    String slug = workouts.exercise("list-of-failures");
    change(workouts.personalVideo(patient, slug, "FAILED"), "failure_code = 'upload_abandoned'");
    long deleted = workouts.personalVideo(patient, slug, "FAILED");
    change(deleted, "storage_key = 'a key'");
    change(deleted, "removed_at = now()");
    long older = workouts.personalVideo(patient, slug, "FAILED");
    long newer = workouts.personalVideo(patient, slug, "PROCESSING_QUEUED");
    assertThat(listed().findValuesAsText("id"))
        .containsExactly(String.valueOf(newer), String.valueOf(older));
  }

  /** What the page that prescribes adds to the catalogue's exercises. */
  @Test
  void theListSaysWhichExercisesAreThatVideoAlone() throws Exception {
    String slug = draft("list-of-own");
    workouts.personalVideo(patient, slug, "PROCESSING_QUEUED");
    assertThat(listed().at("/0/recorded_only").asBoolean(true)).as("not yet").isFalse();
    workouts.personalVideo(patient, slug, "COMPLETED");
    assertThat(listed().at("/0/recorded_only").asBoolean()).isTrue();
    assertThat(prescribe(whole(listed().at("/0/exercise").asText())).status()).isEqualTo(201);
    api.owner()
        .useHandle(
            handle ->
                handle.execute("UPDATE exercises SET status = 'archived' WHERE slug = ?", slug));
    assertThat(listed().at("/0/recorded_only").asBoolean(true)).as("archived").isFalse();
    assertThat(prescribe(whole(slug)).text()).contains("not_published");
  }

  private JsonNode listed() throws Exception {
    return api.get("/v1/patients/" + patient + "/personal-videos", SPECIALIST)
        .json()
        .path("videos");
  }

  private static void change(long video, String values) {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE personalized_exercise_videos SET " + values + " WHERE id = ?", video));
  }
}
