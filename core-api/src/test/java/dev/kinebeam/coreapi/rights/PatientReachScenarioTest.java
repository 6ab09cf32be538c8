package dev.kinebeam.coreapi.rights;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every route of the OpenAPI document with callers of every role, organization and care link: what
 * is one patient's is answered to those who reach the patient, and to no other caller.
 */
@Tag("servers")
class PatientReachScenarioTest {
  /** In the patient's session row, in no other. */
  private static final String SESSIONS_SECRET = "9.8.7-of-the-session";

  /** The patient's bandwidth. */
  private static final String BANDWIDTHS_SECRET = "7.7625";

  /** The day of the patient's workout. */
  private static final String WORKOUTS_SECRET = "2031-07-19";

  /** At the host of the patient's personal video. */
  private static final String PERSONAL_SECRET = "1fea9a00-5ec2-4e7a-8bad-0123456789ab";

  /** The patient's name, which the routes of administrators list by design. */
  private static final String NAME = "Ileana of this clinic alone";

  private static final UUID WORKOUT = UUID.randomUUID();
  private static final UUID RENDER = UUID.randomUUID();
  private static final UUID SPARE = UUID.randomUUID();
  private static final UUID ENDED = UUID.randomUUID();
  private static final UUID DEACTIVATED = UUID.randomUUID();
  private static final UUID ELSEWHERE = UUID.randomUUID();

  /**
   * Routes of which a caller who reaches the patient, and may take them, sees the patient's row.
   */
  private static final Set<String> ROUTES_OF_PATIENTS =
      Set.of(
          "/v1/media/sessions",
          "/v1/media/sessions/{id}",
          "/v1/media/bandwidth/stats",
          "/v1/patients/{id}/sessions",
          "/v1/workouts",
          "/v1/workouts/{id}",
          "/v1/workouts/{id}/readiness",
          "/v2/personalized-exercise-videos/{id}",
          "/v2/personalized-exercise-videos/current");

  /** What paths' {@code {id}} stands for; a random one where it stands for nothing of a patient. */
  private static final Map<String, Optional<UUID>> IDS =
      Map.ofEntries(
          Map.entry("/v1/media/sessions/", Optional.empty()),
          Map.entry("/v1/workouts/", Optional.of(WORKOUT)),
          Map.entry("/v1/videos/", Optional.of(RENDER)),
          Map.entry("/v1/patients/", Optional.of(PATIENT)),
          Map.entry("/v1/admin/organizations/", Optional.of(ORG)),
          Map.entry("/v1/automations/", Optional.empty()),
          Map.entry("/v1/renders/", Optional.empty()),
          Map.entry("/v1/admin/renders/", Optional.empty()),
          Map.entry("/v1/admin/exercises/", Optional.empty()),
          Map.entry("/v1/admin/exercise-", Optional.empty()),
          Map.entry("/v1/webhooks/", Optional.empty()));

  /**
   * One patient's in every part: whoever does not reach the patient is answered 403 or 404. A
   * patient's own id is another patient's in another clinic, whose staff see that one.
   */
  private static final List<String> OF_ONE_PATIENT =
      List.of("/v1/media/sessions/", "/v1/workouts/", "/v2/personalized-exercise-videos/{id}");

  private static final Map<String, String> PARTS =
      Map.of(
          "patient",
          PATIENT.toString(),
          "specialist",
          SPARE.toString(),
          "person",
          SPARE.toString(),
          "feature",
          "allActivePatientsDashboard",
          "purpose",
          "research",
          "position",
          "0",
          "slug",
          TestCoreApi.SLUG,
          "delivery",
          UUID.randomUUID().toString());

  /** Bodies of writes that get past their form, so that the rights are what decides. */
  private static final Map<String, String> BODIES =
      Map.of(
          "putOrganization", "{\"name\":\"Clinic\",\"time_zone\":\"UTC\",\"locale\":\"en\"}",
          "putPerson", "{\"role\":\"specialist\",\"display_name\":\"Person\"}",
          "putFeature", "{\"enabled\":false}",
          "prescribeWorkout",
              """
              {"patient_id":"%s","scheduled_for":"TODAY","exercises":[{"exercise":"%s","language":"ro",
               "sets":[{"side":"left","reps":5}]}]}
              """
                  .formatted(PATIENT, TestCoreApi.SLUG),
          "createPersonalVideo",
              "{\"patientId\":\"%s\",\"exerciseId\":\"%s\"}".formatted(PATIENT, UUID.randomUUID()),
          "putProgress", "{\"position_ms\":1000}",
          "putMyConsent", "{\"active\":true,\"text_version\":\"1\"}");

  private static TestCoreApi api;
  private static UUID session;
  private static long personalVideo;
  private static UUID exercise;

  /** Who asks. */
  private enum Caller {
    THE_PATIENT(Role.PATIENT, ORG, PATIENT, true),
    ANOTHER_PATIENT(Role.PATIENT, ORG, UUID.randomUUID(), false),
    SAME_ID_IN_ANOTHER_CLINIC(Role.PATIENT, OTHER_ORG, PATIENT, false),
    THERAPIST(Role.SPECIALIST, ORG, TestCoreApi.SPECIALIST, true),
    THERAPIST_UNTIL_YESTERDAY(Role.SPECIALIST, ORG, ENDED, false),
    DEACTIVATED_THERAPIST(Role.SPECIALIST, ORG, DEACTIVATED, false),
    COLLEAGUE(Role.SPECIALIST, ORG, UUID.randomUUID(), false),
    THERAPIST_IN_ANOTHER_CLINIC(Role.SPECIALIST, OTHER_ORG, ELSEWHERE, false),
    ADMIN(Role.CLINIC_ADMIN, ORG, UUID.randomUUID(), true),
    ANOTHER_CLINICS_ADMIN(Role.CLINIC_ADMIN, OTHER_ORG, UUID.randomUUID(), false),
    SUPERADMIN(Role.SUPERADMIN, OTHER_ORG, UUID.randomUUID(), false),
    SERVICE(Role.SERVICE, ORG, UUID.randomUUID(), false),
    ANOTHER_CLINICS_SERVICE(Role.SERVICE, OTHER_ORG, UUID.randomUUID(), false);

    private final Role role;
    private final UUID org;
    private final UUID subject;
    private final boolean reaches;

    Caller(Role role, UUID org, UUID subject, boolean reaches) {
      this.role = role;
      this.org = org;
      this.subject = subject;
      this.reaches = reaches;
    }

    /** An organization's services prescribe for its patients, and see nothing else of them. */
    private boolean reaches(Operation operation) {
      return reaches || (this == SERVICE && operation.isOfWorkouts());
    }

    private String token() {
      return Tokens.of(role, org, subject);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    for (UUID specialist : List.of(SPARE, ENDED, DEACTIVATED)) {
      api.person(ORG, specialist, "specialist");
      api.link(ORG, PATIENT, specialist);
    }
    api.unlink(ORG, PATIENT, ENDED);
    api.person(OTHER_ORG, PATIENT, "patient");
    api.person(OTHER_ORG, ELSEWHERE, "specialist");
    api.link(OTHER_ORG, PATIENT, ELSEWHERE);
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE people SET active = false WHERE person_id = ?", DEACTIVATED));
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE people SET display_name = ? WHERE org_id = ? AND person_id = ?",
                    NAME,
                    ORG,
                    PATIENT));
    session =
        new SessionRows(api.owner())
            .session(
                ORG,
                PATIENT,
                Instant.now().minusSeconds(600),
                Map.of("app_version", SESSIONS_SECRET, "effective_bandwidth", 7.7625));
    api.primitives.put(TestCoreApi.SLUG, List.of("ro"), List.of("ro"));
    api.owner().useHandle(PatientReachScenarioTest::prescribe);
    api.owner().useHandle(PatientReachScenarioTest::record);
  }

  private static void record(Handle handle) {
    for (UUID org : List.of(ORG, OTHER_ORG)) {
      handle.execute(
          "INSERT INTO organization_features (org_id, feature, enabled)"
              + " VALUES (?, 'therapistPersonalizedExerciseVideo', true)",
          org);
    }
    exercise =
        handle
            .createQuery("SELECT exercise_id FROM exercises WHERE slug = :slug")
            .bind("slug", TestCoreApi.SLUG)
            .mapTo(UUID.class)
            .one();
    personalVideo =
        handle
            .createQuery(
                """
                INSERT INTO personalized_exercise_videos
                       (org_id, patient_id, exercise_id, doctor_id, content_type, etag, host,
                        hosted_id, status, active)
                VALUES (:org, :patient, :exercise, :doctor, 'video/mp4', 'etag', 'own', :hosted,
                        'COMPLETED', true)
                RETURNING id
                """)
            .bind("org", ORG)
            .bind("patient", PATIENT)
            .bind("exercise", exercise)
            .bind("doctor", TestCoreApi.SPECIALIST)
            .bind("hosted", PERSONAL_SECRET)
            .mapTo(Long.class)
            .one();
  }

  private static void prescribe(Handle handle) {
    handle.execute(
        """
        INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, status, created_by)
        VALUES (?, ?, ?, ?::date, 'visible', 'a test')
        """,
        WORKOUT,
        ORG,
        PATIENT,
        WORKOUTS_SECRET);
    handle.execute(
        """
        WITH made AS (
          INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language, asset_version,
                                        recipe, status, host, host_video_id, duration_seconds, finished_at)
          SELECT ?, exercise_id, 'prescribed', 'ro', 1, '{}', 'ready', 'own',
                 gen_random_uuid(), 20, now()
            FROM exercises WHERE slug = ?
          RETURNING render_id, exercise_id)
        INSERT INTO workout_exercises (workout_id, position, org_id, patient_id, exercise_id,
                                       language, sets, render_id)
        SELECT ?, 0, ?, ?, exercise_id, 'ro', '[{"side":"left","reps":5}]', render_id FROM made
        """,
        RENDER,
        TestCoreApi.SLUG,
        WORKOUT,
        ORG,
        PATIENT);
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  /** One operation with the ids of the patient put in. */
  private record Operation(String template, String method, JsonNode described, String query) {
    @Override
    public String toString() {
      return method + " " + template + query;
    }

    private boolean isOfWorkouts() {
      return template.startsWith("/v1/workouts");
    }

    private boolean isOfPersonalVideos() {
      return template.startsWith("/v2/");
    }

    private boolean isStream() {
      return described.at("/responses/200/content").has("text/event-stream");
    }

    private boolean takes(Role role) {
      return described
          .path("summary")
          .asText()
          .replaceAll("(?s).*Roles?:", "")
          .contains(role.claim());
    }

    private String path() {
      Matcher parts = Pattern.compile("\\{([a-z]+)}").matcher(template);
      return parts.replaceAll(
          part -> part.group(1).equals("id") ? id(template) : part(part.group(1)));
    }

    private static String id(String template) {
      if (template.startsWith("/v2/personalized-exercise-videos/")) {
        return Long.toString(personalVideo);
      }
      String known =
          IDS.keySet().stream()
              .filter(template::startsWith)
              .findFirst()
              .orElseThrow(() -> new AssertionError("say what {id} stands for in " + template));
      if (known.equals("/v1/media/sessions/")) {
        return session.toString();
      }
      return IDS.get(known).orElseGet(UUID::randomUUID).toString();
    }

    private static String part(String name) {
      return Optional.ofNullable(PARTS.get(name))
          .orElseThrow(() -> new AssertionError("say what {" + name + "} stands for"));
    }
  }

  /** Each operation, once for each way in which it can name the patient. */
  private static Stream<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    api.contract()
        .document()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation -> {
                          for (String query : queries(operation.getValue())) {
                            all.add(
                                new Operation(
                                    path.getKey(),
                                    operation.getKey().toUpperCase(Locale.ROOT),
                                    operation.getValue(),
                                    query));
                          }
                        }));
    // Open routes know no caller: they sign people in, and answer nothing of a patient.
    return all.stream().filter(operation -> !operation.described.has("security"));
  }

  private static List<String> queries(JsonNode operation) {
    List<String> names = new ArrayList<>();
    operation
        .path("parameters")
        .forEach(
            parameter -> {
              if (parameter.path("in").asText().equals("query")) {
                names.add(parameter.path("name").asText());
              }
            });
    List<String> queries = new ArrayList<>();
    queries.add(names.contains("org_id") ? "?org_id=" + ORG : "");
    if (names.contains("patient_id")) {
      queries.add("?patient_id=" + PATIENT);
    }
    if (names.contains("patientId")) {
      queries.add("?patientId=" + PATIENT + "&exerciseId=" + exercise);
    }
    if (names.contains("session_id")) {
      queries.add("?session_id=" + session);
    }
    return queries;
  }

  static Stream<Arguments> matrix() {
    return operations()
        .flatMap(
            operation ->
                Arrays.stream(Caller.values()).map(caller -> Arguments.of(operation, caller)));
  }

  @ParameterizedTest(name = "{0} as {1}")
  @MethodSource("matrix")
  void onlyThoseWhoReachThePatientSeeWhatIsThePatients(Operation operation, Caller caller)
      throws Exception {
    Answer answer = call(operation, caller);
    String text = text(answer);
    String what = operation + " as " + caller + ": " + answer.status() + " " + text;
    assertThat(answer.status()).as(what).isLessThan(500);
    if (!operation.takes(caller.role)) {
      assertThat(answer.status()).as(what).isEqualTo(403);
    }
    if (!caller.reaches(operation)) {
      assertThat(text)
          .as(what)
          .doesNotContain(SESSIONS_SECRET, BANDWIDTHS_SECRET, WORKOUTS_SECRET, PERSONAL_SECRET);
      if (!operation.template.startsWith("/v1/admin/")) {
        assertThat(text).as(what).doesNotContain(NAME);
      }
      if ((OF_ONE_PATIENT.stream().anyMatch(operation.template::startsWith)
              && !operation.isStream())
          || isAnothersVideo(operation, caller)
          || (operation.template.startsWith("/v1/patients/") && caller.org.equals(ORG))
          || operation.query.startsWith("?session_id")) {
        assertThat(answer.status()).as(what).isIn(403, 404);
      }
    } else if (ROUTES_OF_PATIENTS.contains(operation.template)
        && operation.method.equals("GET")
        && operation.takes(caller.role)
        && isAnswerable(operation, caller)) {
      assertThat(answer.status()).as(what).isEqualTo(200);
      if (operation.isOfPersonalVideos()) {
        assertThat(text).as(what).contains(PERSONAL_SECRET);
      } else if (operation.isOfWorkouts()) {
        assertThat(text).as(what).contains(WORKOUTS_SECRET);
      } else {
        assertThat(text.contains(SESSIONS_SECRET) || text.contains(BANDWIDTHS_SECRET))
            .as(what)
            .isTrue();
      }
    }
    if (operation.template.startsWith("/v1/admin/organizations/")
        && caller.org.equals(OTHER_ORG)
        && caller.role == Role.CLINIC_ADMIN) {
      assertThat(answer.status()).as(what).isEqualTo(404);
    }
  }

  /** Renders of exercises for all are for all staff; patients play what is prescribed to them. */
  private static boolean isAnothersVideo(Operation operation, Caller caller) {
    return caller.role == Role.PATIENT && operation.template.startsWith("/v1/videos/");
  }

  /** Staff have to name a session or a patient. */
  private static boolean isAnswerable(Operation operation, Caller caller) {
    return caller.role == Role.PATIENT
        || !(operation.template.contains("bandwidth") || operation.template.endsWith("/current"))
        || !operation.query.isEmpty();
  }

  private static Answer call(Operation operation, Caller caller) throws Exception {
    // An unknown parameter, so that no stream is opened; the role is looked at first.
    String query = operation.isStream() ? "?nonsense=1" : operation.query;
    HttpRequest.Builder request =
        api.request(operation.path() + query).header("Authorization", "Bearer " + caller.token());
    boolean writes = operation.method.equals("PUT") || operation.method.equals("POST");
    if (writes) {
      request.header("Content-Type", "application/json");
    }
    String body =
        BODIES
            .getOrDefault(operation.described.path("operationId").asText(), "{}")
            .replace("TODAY", LocalDate.now(ZoneOffset.UTC).toString());
    return api.send(
        request.method(
            operation.method,
            writes
                ? HttpRequest.BodyPublishers.ofString(body)
                : HttpRequest.BodyPublishers.noBody()));
  }

  private static String text(Answer answer) throws IOException {
    if (!answer.header("Content-Type").equals("application/zip")) {
      return answer.text() + answer.json();
    }
    StringBuilder all = new StringBuilder();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.raw().body()))) {
      while (zip.getNextEntry() != null) {
        all.append(new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return all.toString();
  }
}
