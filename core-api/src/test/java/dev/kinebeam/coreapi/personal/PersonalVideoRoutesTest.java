package dev.kinebeam.coreapi.personal;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static dev.kinebeam.coreapi.TestCoreApi.SPECIALIST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From the first address to what is queued, over HTTP, with a bucket that refuses checksums. */
@Tag("servers")
class PersonalVideoRoutesTest {
  private static final String ALL = "/v2/personalized-exercise-videos";
  private static final String THERAPIST = TestCoreApi.specialistToken();

  private static TestCoreApi api;
  private static String exercise;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    exercise =
        api.owner()
            .withHandle(
                handle ->
                    handle
                        .createQuery("SELECT exercise_id FROM exercises WHERE slug = :slug")
                        .bind("slug", TestCoreApi.SLUG)
                        .mapTo(UUID.class)
                        .one())
            .toString();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  @BeforeEach
  void switchedOn() {
    api.bucket.unavailable = false;
    sql("DELETE FROM personal_video_tasks");
    sql("DELETE FROM personalized_exercise_videos");
    for (UUID org : List.of(ORG, OTHER_ORG)) {
      feature(org, "therapistPersonalizedExerciseVideo", true);
      feature(org, "allActivePatientsDashboard", false);
    }
    api.link(ORG, PATIENT, SPECIALIST);
  }

  private static void sql(String statement) {
    api.owner().useHandle(handle -> handle.execute(statement));
  }

  private static void feature(UUID org, String feature, boolean on) {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO organization_features (org_id, feature, enabled) VALUES (?, ?, ?)"
                        + " ON CONFLICT (org_id, feature) DO UPDATE SET enabled = excluded.enabled",
                    org,
                    feature,
                    on));
  }

  private static String wanted(String more) {
    return "{\"patientId\":\"%s\",\"exerciseId\":\"%s\"%s}".formatted(PATIENT, exercise, more);
  }

  private static Answer post(String path, String body, String token) throws Exception {
    return api.send(api.post(ALL + path, token, body.getBytes(UTF_8)));
  }

  private static JsonNode created(String more) throws Exception {
    Answer answer = post("/upload-url", wanted(more), THERAPIST);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.json();
  }

  private static Answer complete(JsonNode video) throws Exception {
    return post("/" + video.path("id").asLong() + "/upload-complete", "{}", THERAPIST);
  }

  /** As any client without a library for S3 does it. */
  private static int put(JsonNode video, byte[] film, String type) throws Exception {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(video.path("uploadUrl").asText()).toURL().openConnection();
    connection.setRequestMethod("PUT");
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", type);
    connection.setFixedLengthStreamingMode(film.length);
    connection.getOutputStream().write(film);
    return connection.getResponseCode();
  }

  private static String key(JsonNode video) {
    return URI.create(video.path("uploadUrl").asText())
        .getPath()
        .substring("/recordings/".length());
  }

  private static long tasks() {
    return api.owner()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT count(*) FROM personal_video_tasks"
                            + " WHERE task_name = 'personalized-exercise-video'")
                    .mapTo(Long.class)
                    .one());
  }

  @Test
  void aRecordingIsUploadedByAPlainClientAndQueuedOnce() throws Exception {
    JsonNode video = created("");
    assertThat(video.path("headers").path("Content-Type").asText()).isEqualTo("video/mp4");
    assertThat(key(video)).matches("personal-video/" + video.path("id").asLong() + "/\\d+\\.mp4");
    assertThat(put(video, new byte[1000], "video/mp4")).isEqualTo(200);
    Answer first = complete(video);
    assertThat(first.status()).as(first.text()).isEqualTo(202);
    assertThat(first.json().path("status").asText()).isEqualTo("PROCESSING_QUEUED");
    assertThat(first.json().path("sizeBytes").asLong()).isEqualTo(1000);

    // Another object under the same address: the version that was pinned stays.
    assertThat(put(video, new byte[2000], "video/mp4")).isEqualTo(200);
    Answer again = complete(video);
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.json()).isEqualTo(first.json());
    assertThat(tasks()).isEqualTo(1);
    Answer read = api.get(ALL + "/" + video.path("id").asLong(), THERAPIST);
    assertThat(read.json()).isEqualTo(first.json());
    assertThat(post("/" + video.path("id").asLong() + "/upload-url", "{}", THERAPIST).status())
        .isEqualTo(409);
  }

  @Test
  void whatBrowsersRecordIsTakenAsWebm() throws Exception {
    JsonNode video = created(",\"contentType\":\"video/webm\"");
    assertThat(key(video)).endsWith(".webm");
    assertThat(put(video, new byte[10], "video/webm")).isEqualTo(200);
    assertThat(complete(video).status()).isEqualTo(202);
  }

  @Test
  void anUploadThatCannotBeProcessedIsRefusedWithItsReasonAndMayBeDoneAgain() throws Exception {
    JsonNode video = created("");
    refused(complete(video), 409, "not_uploaded");
    api.bucket.put(key(video), 0, "video/mp4");
    refused(complete(video), 422, "empty");
    api.bucket.put(key(video), 3L << 30, "video/mp4");
    refused(complete(video), 422, "too_large");
    api.bucket.put(key(video), 500L << 20, "image/png");
    refused(complete(video), 422, "wrong_type");
    api.bucket.unavailable = true;
    assertThat(complete(video).status()).isEqualTo(503);
    api.bucket.unavailable = false;
    assertThat(tasks()).isZero();

    Answer fresh = post("/" + video.path("id").asLong() + "/upload-url", "{}", THERAPIST);
    assertThat(fresh.status()).as(fresh.text()).isEqualTo(200);
    assertThat(key(fresh.json())).isEqualTo(key(video));
    api.bucket.put(key(video), 500L << 20, "video/mp4");
    assertThat(complete(video).status()).isEqualTo(202);
  }

  private static void refused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.firstError().path("code").asText()).isEqualTo(code);
  }

  @Test
  void whatCannotBeRecordedIsRefusedByName() throws Exception {
    refused(post("/upload-url", "{}", THERAPIST), 400, "missing");
    refused(
        post("/upload-url", wanted(",\"contentType\":\"video/quicktime\""), THERAPIST),
        400,
        "bad_value");
    refused(
        post("/upload-url", wanted("").replace(exercise, UUID.randomUUID().toString()), THERAPIST),
        400,
        "unknown_exercise");
    assertThat(
            post(
                    "/upload-url",
                    wanted("").replace(PATIENT.toString(), UUID.randomUUID().toString()),
                    THERAPIST)
                .status())
        .isEqualTo(404);
  }

  @Test
  void aRepeatedRequestEntersOneVideo() throws Exception {
    String key = UUID.randomUUID().toString();
    JsonNode first = keyed(key, wanted(""), 201).json();
    assertThat(keyed(key, wanted(""), 200).json().path("id")).isEqualTo(first.path("id"));
    refused(keyed(key, wanted(",\"contentType\":\"video/webm\""), 409), 409, "reused");
  }

  private static Answer keyed(String key, String body, int status) throws Exception {
    Answer answer =
        api.send(
            api.request(ALL + "/upload-url")
                .header("Authorization", "Bearer " + THERAPIST)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    return answer;
  }

  @Test
  void anExerciseThatIsMergedMeanwhileCountsAsItsSuccessor() throws Exception {
    String chosen = exercise();
    String successor = exercise();
    String body = wanted("").replace(exercise, chosen);
    String key = UUID.randomUUID().toString();
    JsonNode before = keyed(key, body, 201).json();
    sql(
        "UPDATE exercises SET status = 'archived', replaced_by = '%s' WHERE exercise_id = '%s'"
            .formatted(successor, chosen));
    assertThat(keyed(key, body, 200).json().path("id")).isEqualTo(before.path("id"));
    JsonNode after = keyed(UUID.randomUUID().toString(), body, 201).json();
    for (JsonNode video : List.of(before, after)) {
      JsonNode read = api.get(ALL + "/" + video.path("id").asLong(), THERAPIST).json();
      assertThat(read.path("exerciseId").asText()).isEqualTo(successor);
    }
    sql("UPDATE exercises SET status = 'archived' WHERE exercise_id = '" + successor + "'");
    refused(post("/upload-url", body, THERAPIST), 400, "unknown_exercise");
  }

  private static String exercise() {
    String id = UUID.randomUUID().toString();
    sql(
        "INSERT INTO exercises (exercise_id, slug, kind, display_name)"
            + " VALUES ('%1$s', 'exercise-%1$s', 'duration_based', 'Squat')".formatted(id));
    return id;
  }

  @Test
  void aTherapistHasAHundredUnfinishedRecordingsAtMost() throws Exception {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO personalized_exercise_videos (org_id, patient_id, exercise_id,"
                        + " doctor_id, content_type) SELECT ?, ?, ?::uuid, ?, 'video/mp4'"
                        + " FROM generate_series(1, 99)",
                    ORG,
                    PATIENT,
                    exercise,
                    SPECIALIST));
    JsonNode last = created("");
    Answer refused = post("/upload-url", wanted(""), THERAPIST);
    refused(refused, 409, "too_many_unfinished");
    assertThat(refused.text()).contains("100 of your recordings");
    sql("DELETE FROM personalized_exercise_videos WHERE id <> " + last.path("id").asLong());
    created("");
  }

  @Test
  void withoutTheFeatureNothingIsThere() throws Exception {
    JsonNode video = created("");
    String one = "/" + video.path("id").asLong();
    feature(ORG, "therapistPersonalizedExerciseVideo", false);
    for (String path :
        List.of("/patients", one, "/current?patientId=" + PATIENT + "&exerciseId=" + exercise)) {
      assertThat(api.get(ALL + path, THERAPIST).status()).as(path).isEqualTo(404);
    }
    for (String path : List.of("/upload-url", one + "/upload-url", one + "/upload-complete")) {
      String body = path.equals("/upload-url") ? wanted("") : "{}";
      assertThat(post(path, body, THERAPIST).status()).as(path).isEqualTo(404);
    }
    assertThat(post("/upload-url", "{}", THERAPIST).status()).isEqualTo(404);
  }

  @Test
  void whoDoesNotReachThePatientFindsNothing() throws Exception {
    JsonNode video = created("");
    String one = "/" + video.path("id").asLong();
    UUID colleague = UUID.randomUUID();
    api.person(ORG, colleague, "specialist");
    for (String token :
        List.of(
            Tokens.of(Role.SPECIALIST, ORG, colleague),
            Tokens.of(Role.SPECIALIST, OTHER_ORG, SPECIALIST))) {
      nothingIsThere(one, token);
    }
    // The care link ends while the recording is being uploaded.
    put(video, new byte[10], "video/mp4");
    api.unlink(ORG, PATIENT, SPECIALIST);
    nothingIsThere(one, THERAPIST);
    assertThat(tasks()).isZero();

    feature(ORG, "allActivePatientsDashboard", true);
    assertThat(complete(video).status()).isEqualTo(202);
    assertThat(
            api.get(ALL + "/patients", Tokens.of(Role.SPECIALIST, ORG, colleague))
                .json()
                .at("/patients/0/id")
                .asText())
        .isEqualTo(PATIENT.toString());
  }

  private static void nothingIsThere(String one, String token) throws Exception {
    assertThat(api.get(ALL + one, token).status()).isEqualTo(404);
    assertThat(post("/upload-url", wanted(""), token).status()).isEqualTo(404);
    assertThat(post(one + "/upload-url", "{}", token).status()).isEqualTo(404);
    assertThat(post(one + "/upload-complete", "{}", token).status()).isEqualTo(404);
    assertThat(
            api.get(ALL + "/current?patientId=" + PATIENT + "&exerciseId=" + exercise, token)
                .status())
        .isEqualTo(404);
    assertThat(api.get(ALL + "/patients", token).json().path("patients")).isEmpty();
  }

  @Test
  void aColleagueReadsWhatAnotherTherapistRecordsAndChangesNothing() throws Exception {
    UUID colleague = UUID.randomUUID();
    api.person(ORG, colleague, "specialist");
    api.link(ORG, PATIENT, colleague);
    String other = Tokens.of(Role.SPECIALIST, ORG, colleague);
    JsonNode video = created("");
    String one = "/" + video.path("id").asLong();
    assertThat(put(video, new byte[10], "video/mp4")).isEqualTo(200);
    assertThat(api.get(ALL + one, other).status()).isEqualTo(200);
    assertThat(post(one + "/upload-url", "{}", other).status()).isEqualTo(404);
    assertThat(post(one + "/upload-complete", "{}", other).status()).isEqualTo(404);
    assertThat(tasks()).isZero();
    assertThat(complete(video).status()).isEqualTo(202);
    assertThat(post(one + "/upload-complete", "{}", other).status()).isEqualTo(404);
  }

  @Test
  void anIdThatIsNoneIsNotThere() throws Exception {
    for (String id : List.of("0", "-1", "x", "99999999999999999999", "1")) {
      assertThat(api.get(ALL + "/" + id, THERAPIST).status()).as(id).isEqualTo(404);
    }
  }

  @Test
  void ofTwoTherapistsAtOnceOneVideoIsActive() throws Exception {
    UUID second = UUID.randomUUID();
    api.person(ORG, second, "specialist");
    api.link(ORG, PATIENT, second);
    List<Long> videos = new ArrayList<>();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<Future<Long>> recorded = new ArrayList<>();
      for (String token : List.of(THERAPIST, Tokens.of(Role.SPECIALIST, ORG, second))) {
        recorded.add(pool.submit(() -> recorded(token)));
      }
      for (Future<Long> one : recorded) {
        videos.add(one.get(20, TimeUnit.SECONDS));
      }
      List<Future<?>> activated = new ArrayList<>();
      for (long id : videos) {
        activated.add(
            pool.submit(
                () -> {
                  PersonalVideos worker =
                      new PersonalVideos(Database.over(api.databaseAs("worker")));
                  // As it records its copy.
                  sql(
                      "UPDATE personalized_exercise_videos"
                          + " SET host = 'own', hosted_id = 'hosted' WHERE id = "
                          + id);
                  return worker.activate(id, Duration.ofSeconds(30));
                }));
      }
      for (Future<?> one : activated) {
        one.get(20, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdown();
    }
    JsonNode current =
        api.get(ALL + "/current?patientId=" + PATIENT + "&exerciseId=" + exercise, THERAPIST)
            .json();
    assertThat(videos).contains(current.path("id").asLong());
    assertThat(current.path("isActive").asBoolean()).isTrue();
    assertThat(current.path("durationSec").asDouble()).isEqualTo(30);
    String recorder =
        Tokens.of(Role.SPECIALIST, ORG, UUID.fromString(current.path("doctorId").asText()));
    assertThat(
            post("/" + current.path("id").asLong() + "/upload-complete", "{}", recorder).status())
        .isEqualTo(409);
    assertThat(videos.stream().map(PersonalVideoRoutesTest::status).sorted().toList())
        .containsExactly("COMPLETED", "INACTIVE");
  }

  private static String status(long id) {
    return api.owner()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT status FROM personalized_exercise_videos WHERE id = :id")
                    .bind("id", id)
                    .mapTo(String.class)
                    .one());
  }

  private static long recorded(String token) throws Exception {
    JsonNode video = post("/upload-url", wanted(""), token).json();
    put(video, new byte[10], "video/mp4");
    long id = video.path("id").asLong();
    assertThat(post("/" + id + "/upload-complete", "{}", token).status()).isEqualTo(202);
    return id;
  }

  @Test
  void aVideoThatHasFailedIsProcessedAgain() throws Exception {
    JsonNode video = created("");
    put(video, new byte[10], "video/mp4");
    complete(video);
    long id = video.path("id").asLong();
    new PersonalVideos(Database.over(api.databaseAs("worker")))
        .fail(id, "host_slow", "The host was too slow.");
    JsonNode failed = api.get(ALL + "/" + id, THERAPIST).json();
    assertThat(failed.path("failureCode").asText()).isEqualTo("host_slow");
    assertThat(complete(video).json().path("status").asText()).isEqualTo("PROCESSING_QUEUED");
  }

  @Test
  void aVideoWhoseRecordingIsGivenUpHasToBeBegunAnew() throws Exception {
    JsonNode video = created("");
    assertThat(put(video, new byte[10], "video/mp4")).isEqualTo(200);
    complete(video);
    long id = video.path("id").asLong();
    new PersonalVideos(Database.over(api.databaseAs("worker")))
        .fail(id, "host_slow", "The host was too slow.");
    sql("DELETE FROM personal_video_tasks");
    sql("UPDATE personalized_exercise_videos SET removed_at = now()");
    Answer beforeItIsDeleted = complete(video);
    refused(beforeItIsDeleted, 409, "not_uploaded");
    assertThat(beforeItIsDeleted.firstError().path("message").asText())
        .contains("begin a new video");
    assertThat(status(id)).isEqualTo("FAILED");
    assertThat(tasks()).isZero();
    refused(post("/" + id + "/upload-url", "{}", THERAPIST), 409, "not_allowed");
  }

  @Test
  void pagesMayUploadToTheBucketAndNowhereElse() throws Exception {
    Answer page = api.send(api.request("/settings.json").GET());
    assertThat(page.json().path("uploads").asText()).isEqualTo("https://uploads.example");
    assertThat(page.header("Content-Security-Policy")).contains("https://uploads.example;");
  }
}
