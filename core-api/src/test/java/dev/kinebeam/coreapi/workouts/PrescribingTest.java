package dev.kinebeam.coreapi.workouts;

import static dev.kinebeam.coreapi.workouts.TestWorkouts.SPECIALIST;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.body;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.item;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.order;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.today;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is prescribed and what is refused, also while something else happens. */
@Tag("servers")
class PrescribingTest {
  private static final String READY =
      """
      UPDATE exercise_renders SET status = 'ready', host = 'own', host_video_id = render_id::text,
             duration_seconds = 20, finished_at = now() WHERE render_id = ?
      """;

  private static TestCoreApi api;
  private static TestWorkouts workouts;
  private ExecutorService threads;

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
  void begin() {
    threads = Executors.newCachedThreadPool();
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private static void refused(String body, String field, String code, String... inMessage)
      throws Exception {
    Answer refused = workouts.prescribe(body);
    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
    assertThat(refused.firstError().path("field").asText()).isEqualTo(field);
    assertThat(refused.firstError().path("code").asText()).isEqualTo(code);
    assertThat(List.of(inMessage))
        .allSatisfy(
            part -> assertThat(refused.firstError().path("message").asText()).contains(part));
  }

  @Test
  void whatCannotBePrescribedIsNamed() throws Exception {
    String slug = workouts.exercise("refused");
    refused(
        body(item(slug, 5), item("of-nobody", 5)),
        "exercises[1].exercise",
        "unknown_exercise",
        "of-nobody");
    refused(
        body(item(slug, 5).replace("\"ro\"", "\"de\"")),
        "exercises[0].language",
        "no_variant",
        "audio/de/");
    refused(
        body(item(slug, 5).replace("\"ro\"", "\"fr\"")),
        "exercises[0].language",
        "not_allowed",
        "fr");
    refused(body(item(slug, 7)), "exercises[0].sets[0].reps", "out_of_range", "is 7");
    refused(
        body(item(slug, 5).replace("left", "top")),
        "exercises[0].sets[0].side",
        "not_allowed",
        "top");
    refused(
        body("{\"exercise\":\"%s\",\"language\":\"ro\"}".formatted(slug)),
        "exercises[0].sets",
        "missing");
    refused(body(), "exercises", "out_of_range", "a list of 0");
    assertThat(
            workouts.count(
                "SELECT count(*) FROM workouts AS w WHERE EXISTS (SELECT FROM"
                    + " workout_exercises AS x JOIN exercises AS e USING (exercise_id) WHERE"
                    + " x.workout_id = w.workout_id AND e.slug = ?)",
                slug))
        .isZero();
    assertThat(
            workouts.count(
                "SELECT count(*) FROM exercise_renders JOIN exercises USING (exercise_id)"
                    + " WHERE slug = ?",
                slug))
        .as("nothing is ordered")
        .isZero();
  }

  @Test
  void anotherOrganizationsExerciseIsNotThere() throws Exception {
    String slug = workouts.exercise("of-another-clinic");
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE exercises SET org_id = ? WHERE slug = ?", TestCoreApi.OTHER_ORG, slug));
    refused(body(item(slug, 5)), "exercises[0].exercise", "unknown_exercise", slug);
  }

  @Test
  void theDayIsOneOfTheClinicsZone() throws Exception {
    String slug = workouts.exercise("of-a-day");
    refused(
        body(today().minusDays(2), item(slug, 5)),
        "scheduled_for",
        "out_of_range",
        today().minusDays(2).toString(),
        "UTC");
    refused(body(today().plusDays(400), item(slug, 5)), "scheduled_for", "out_of_range");
    zone("Pacific/Kiritimati");
    try {
      refused(
          body(LocalDate.now(ZoneId.of("Pacific/Kiritimati")).minusDays(1), item(slug, 5)),
          "scheduled_for",
          "out_of_range",
          "Pacific/Kiritimati");
    } finally {
      zone("UTC");
    }
  }

  private static void zone(String zone) {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE organizations SET time_zone = ? WHERE org_id = ?",
                    zone,
                    TestCoreApi.ORG));
  }

  @Test
  void anArchivedExerciseIsRefusedAndPlaysOnWhereItWasPrescribed() throws Exception {
    String slug = workouts.exercise("archived");
    String path = workouts.prescribed(item(slug, 5));
    workouts.ready(order(slug, 5, 1));
    status(slug, "archived");
    refused(body(item(slug, 5)), "exercises[0].exercise", "not_published", slug, "archived");
    workouts.version(slug, 2);
    assertThat(workouts.statusForPatient(path)).isEqualTo(200);
    assertThat(workouts.read(path).at("/exercises/0/newer").isMissingNode())
        .as("no new version of it is ordered")
        .isTrue();
    status(slug, "draft");
    refused(body(item(slug, 5)), "exercises[0].exercise", "not_published", "draft");
  }

  private static void status(String slug, String status) {
    api.owner()
        .useHandle(
            handle ->
                handle.execute("UPDATE exercises SET status = ? WHERE slug = ?", status, slug));
  }

  @Test
  void ofAMergedExerciseTheSuccessorIsPrescribed() throws Exception {
    String old = workouts.exercise("merged-old");
    String successor = workouts.exercise("merged-new");
    merge(old, successor);
    Answer made = workouts.prescribe(body(item(old, 5)));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.json().at("/exercises/0/exercise").asText()).isEqualTo(successor);
    assertThat(made.json().at("/exercises/0/render_id").asText())
        .isEqualTo(order(successor, 5, 1).renderId().toString());
  }

  private static void merge(String old, String successor) {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    UPDATE exercises SET status = 'archived',
                           replaced_by = (SELECT exercise_id FROM exercises WHERE slug = ?)
                     WHERE slug = ?
                    """,
                    successor,
                    old));
  }

  @Test
  void aWholeVideoIsPrescribedWithoutSets() throws Exception {
    String slug = workouts.exercise("whole-video");
    api.owner()
        .useHandle(
            handle -> {
              handle.execute("UPDATE exercises SET kind = 'duration_based' WHERE slug = ?", slug);
              handle.execute(
                  """
                  INSERT INTO exercise_renders
                    (render_id, exercise_id, recipe_hash, language, asset_version, status, host,
                     host_video_id, duration_seconds)
                  SELECT gen_random_uuid(), exercise_id, '_imported', 'ro', 1, 'ready', 'own', ?, 9
                    FROM exercises WHERE slug = ?
                  """,
                  UUID.randomUUID().toString(),
                  slug);
            });
    String whole = "{\"exercise\":\"%s\",\"language\":\"ro\"}".formatted(slug);
    Answer made = workouts.prescribe(body(whole));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.json().path("status").asText()).isEqualTo("visible");
    assertThat(made.json().at("/exercises/0/sets").isMissingNode()).isTrue();
    refused(body(whole.replace("\"ro\"", "\"en\"")), "exercises[0].language", "no_video", "en");
    refused(body(item(slug, 5)), "exercises[0].sets", "not_allowed");
  }

  @Test
  void whoDoesNotReachThePatientPrescribesNothing() throws Exception {
    String slug = workouts.exercise("not-reached");
    String colleague = Tokens.of(Role.SPECIALIST, TestCoreApi.ORG, UUID.randomUUID());
    assertThat(workouts.post("/v1/workouts", body(item(slug, 5)), colleague).status())
        .isEqualTo(404);
    String unlisted =
        body(item(slug, 5)).replace(TestCoreApi.PATIENT.toString(), UUID.randomUUID().toString());
    assertThat(workouts.prescribe(unlisted).status()).isEqualTo(404);
  }

  /** The request has passed the first look and waits for a render when the link ends. */
  @Test
  void aCareLinkThatEndsDuringTheRequestEndsTheRequest() throws Exception {
    String slug = workouts.exercise("link-ends");
    workouts.prescribed(item(slug, 5));
    try (Handle held = api.owner().open()) {
      held.begin();
      held.execute(READY, order(slug, 5, 1).renderId());
      Future<Answer> prescribing = threads.submit(() -> workouts.prescribe(body(item(slug, 5))));
      workouts.awaitWaiting(1);
      api.unlink(TestCoreApi.ORG, TestCoreApi.PATIENT, TestCoreApi.SPECIALIST);
      held.commit();
      assertThat(prescribing.get(20, TimeUnit.SECONDS).status()).isEqualTo(404);
    } finally {
      api.link(TestCoreApi.ORG, TestCoreApi.PATIENT, TestCoreApi.SPECIALIST);
    }
    assertThat(of(slug)).isEqualTo(1);
  }

  private static long of(String slug) {
    return workouts.count(
        "SELECT count(*) FROM workout_exercises JOIN exercises USING (exercise_id) WHERE slug = ?",
        slug);
  }

  @Test
  void aRenderThatBecomesReadyWhileItIsPrescribedIsNotMissed() throws Exception {
    String slug = workouts.exercise("ready-meanwhile");
    String first = workouts.prescribed(item(slug, 5));
    try (Handle ready = api.owner().open()) {
      ready.begin();
      ready.execute(READY, order(slug, 5, 1).renderId());
      Future<Answer> prescribing = threads.submit(() -> workouts.prescribe(body(item(slug, 5))));
      workouts.awaitWaiting(1);
      ready.commit();
      Answer made = prescribing.get(20, TimeUnit.SECONDS);
      assertThat(made.json().path("status").asText()).as(made.text()).isEqualTo("visible");
    }
    assertThat(workouts.status(first)).isEqualTo("visible");
  }

  /** Each transaction sees its own render as ready, and the other's only when it waits. */
  @Test
  void ofTwoRendersThatBecomeReadyAtOnceTheLaterShowsTheWorkout() throws Exception {
    String slug = workouts.exercise("two-at-once");
    String path = workouts.prescribed(item(slug, 5), item(slug, 10));
    try (Handle first = api.owner().open()) {
      first.begin();
      first.execute(READY, order(slug, 5, 1).renderId());
      Future<?> second = threads.submit(() -> workouts.ready(order(slug, 10, 1)));
      workouts.awaitWaiting(1);
      first.commit();
      second.get(20, TimeUnit.SECONDS);
    }
    assertThat(workouts.status(path)).isEqualTo("visible");
    assertThat(
            workouts.count(
                "SELECT count(*) FROM audit_log WHERE action = 'workout.visible' AND subject = ?",
                path.substring(path.lastIndexOf('/') + 1)))
        .isEqualTo(1);
  }

  @Test
  void theSameRequestManyTimesAtOnceEntersOneWorkout() throws Exception {
    String slug = workouts.exercise("many-times");
    CyclicBarrier barrier = new CyclicBarrier(4);
    List<Future<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      answers.add(
          threads.submit(
              () -> {
                barrier.await(20, TimeUnit.SECONDS);
                return api.send(
                    api.post("/v1/workouts", SPECIALIST, body(item(slug, 5)).getBytes(UTF_8))
                        .header("Idempotency-Key", "many-times"));
              }));
    }
    int entered = 0;
    for (Future<Answer> answer : answers) {
      int status = answer.get(20, TimeUnit.SECONDS).status();
      assertThat(status).isIn(200, 201);
      entered += status == 201 ? 1 : 0;
    }
    assertThat(entered).isEqualTo(1);
    assertThat(of(slug)).isEqualTo(1);
  }

  /** Both name the same renders, in opposite orders. */
  @Test
  void twoPrescriptionsOfTheSameExercisesDoNotWaitInACircle() throws Exception {
    String one = workouts.exercise("circle-one");
    String other = workouts.exercise("circle-other");
    CyclicBarrier barrier = new CyclicBarrier(2);
    List<Future<Answer>> answers = new ArrayList<>();
    for (String body :
        List.of(body(item(one, 5), item(other, 5)), body(item(other, 5), item(one, 5)))) {
      answers.add(
          threads.submit(
              () -> {
                barrier.await(20, TimeUnit.SECONDS);
                return workouts.prescribe(body);
              }));
    }
    for (Future<Answer> answer : answers) {
      assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(201);
    }
  }

  @Test
  void withoutTheBucketNothingIsPrescribed() throws Exception {
    String slug = workouts.exercise("no-bucket");
    api.primitives.unavailable = true;
    try {
      assertThat(workouts.prescribe(body(item(slug, 5))).status()).isEqualTo(503);
    } finally {
      api.primitives.unavailable = false;
    }
  }
}
