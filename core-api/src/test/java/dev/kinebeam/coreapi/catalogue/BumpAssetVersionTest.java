package dev.kinebeam.coreapi.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is shown is replaced by the highest version's preview when it is ready, and never before.
 */
@Tag("servers")
class BumpAssetVersionTest {
  private static final String SUPERADMIN = BumpedExercise.SUPERADMIN;
  private static TestCoreApi api;
  private static ExecutorService threads;
  private static int made;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    threads = Executors.newFixedThreadPool(8);
  }

  @AfterAll
  static void stop() throws Exception {
    threads.shutdownNow();
    api.close();
  }

  private static BumpedExercise draft() throws Exception {
    return BumpedExercise.draft(api, "bumped-" + ++made);
  }

  private static BumpedExercise published() throws Exception {
    BumpedExercise exercise = draft();
    exercise.publish();
    exercise.ready("ro", 1);
    exercise.ready("en", 1);
    assertThat(exercise.read().path("status").asText()).isEqualTo("published");
    return exercise;
  }

  private static Answer post(String path, String body) throws Exception {
    return api.send(api.post(path, SUPERADMIN, body.getBytes(UTF_8)));
  }

  private static String text(String sql, Object... values) {
    return api.owner().withHandle(handle -> handle.select(sql, values).mapTo(String.class).one());
  }

  private static void awaitLocks(int waiting) {
    Eventually.until(
        "they wait for the exercise",
        () ->
            Integer.parseInt(text("SELECT count(*)::text FROM pg_locks WHERE NOT granted"))
                >= waiting);
  }

  /** Runs them while the exercise is locked, each until it waits, and then lets them go. */
  private static List<Answer> behindALock(BumpedExercise exercise, List<Callable<Answer>> calls)
      throws Exception {
    List<Future<Answer>> answers = new ArrayList<>();
    try (Handle lock = api.owner().open()) {
      lock.begin();
      lock.execute("SELECT FROM exercises WHERE slug = ? FOR NO KEY UPDATE", exercise.slug());
      for (Callable<Answer> call : calls) {
        answers.add(threads.submit(call));
        awaitLocks(answers.size());
      }
      lock.commit();
    }
    List<Answer> all = new ArrayList<>();
    for (Future<Answer> answer : answers) {
      all.add(answer.get(20, TimeUnit.SECONDS));
    }
    return all;
  }

  @Test
  void theOldPreviewIsShownUntilTheNewOneIsReady() throws Exception {
    BumpedExercise exercise = published();
    Answer bumped = exercise.bump();
    assertThat(bumped.status()).as(bumped.text()).isEqualTo(202);
    assertThat(bumped.json().path("asset_version").asInt()).isEqualTo(2);
    assertThat(bumped.json().path("status").asText()).isEqualTo("published");
    assertThat(exercise.ordered()).isEqualTo("ro2 en2");
    assertThat(exercise.shown()).isEqualTo("en1 ro1 of ro1");
    assertThat(
            text(
                "SELECT string_agg(DISTINCT lane, '') FROM render_outbox AS o WHERE render_id = ?",
                exercise.preview("ro", 2).renderId()))
        .isEqualTo("interactive");
    exercise.ready("en", 2);
    assertThat(exercise.shown()).isEqualTo("en2 ro1 of ro1");
    exercise.ready("ro", 2);
    assertThat(exercise.shown()).isEqualTo("en2 ro2 of ro2");
    assertThat(exercise.ordered()).isEmpty();
  }

  @Test
  void twoAtOnceRaiseTheVersionByTwoAndTheHigherOnesPreviewsAreAwaited() throws Exception {
    BumpedExercise exercise = published();
    CyclicBarrier barrier = new CyclicBarrier(4);
    List<Future<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      answers.add(
          threads.submit(
              () -> {
                barrier.await(20, TimeUnit.SECONDS);
                return exercise.bump();
              }));
    }
    List<Integer> versions = new ArrayList<>();
    for (Future<Answer> answer : answers) {
      Answer bumped = answer.get(20, TimeUnit.SECONDS);
      assertThat(bumped.status()).as(bumped.text()).isEqualTo(202);
      versions.add(bumped.json().path("asset_version").asInt());
    }
    assertThat(versions).containsExactlyInAnyOrder(2, 3, 4, 5);
    assertThat(exercise.ordered()).isEqualTo("ro5 en5");
    assertThat(exercise.shown()).isEqualTo("en1 ro1 of ro1");
  }

  /** Behind one lock both have read the same version and asked for the same renders. */
  @Test
  void theOneThatWasOvertakenRaisesTheVersionAgain() throws Exception {
    BumpedExercise exercise = published();
    List<Answer> both = behindALock(exercise, List.of(exercise::bump, exercise::bump));
    assertThat(both)
        .extracting(answer -> answer.json().path("asset_version").asInt())
        .containsExactlyInAnyOrder(2, 3);
    assertThat(exercise.ordered()).isEqualTo("ro3 en3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEarlierVersionsPreviewNeverTakesTheNewerOnesPlace(boolean earlierFirst) throws Exception {
    BumpedExercise exercise = published();
    exercise.bump();
    exercise.bump();
    exercise.ready("ro", earlierFirst ? 2 : 3);
    assertThat(exercise.shown()).isEqualTo(earlierFirst ? "en1 ro1 of ro1" : "en1 ro3 of ro3");
    exercise.ready("ro", earlierFirst ? 3 : 2);
    assertThat(exercise.shown()).isEqualTo("en1 ro3 of ro3");
    // As whoever found the earlier version to be the present one, just before it was raised.
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "SELECT show_preview(?, true)", exercise.preview("ro", 2).renderId()));
    assertThat(exercise.shown()).isEqualTo("en1 ro3 of ro3");
  }

  /** The preview of version 2 is being recorded while version 3 is made. */
  @Test
  void aBumpWhileAPreviewIsRecordedWaitsAndOrdersTheNext() throws Exception {
    BumpedExercise exercise = published();
    exercise.bump();
    try (Handle recording = api.owner().open()) {
      recording.begin();
      recording.execute(
          """
          UPDATE exercise_renders SET status = 'ready', host = 'own', host_video_id = ?,
                 duration_seconds = 20, finished_at = now() WHERE render_id = ?
          """,
          UUID.randomUUID().toString(),
          exercise.preview("ro", 2).renderId());
      Future<Answer> bumping = threads.submit(exercise::bump);
      awaitLocks(1);
      recording.commit();
      assertThat(bumping.get(20, TimeUnit.SECONDS).status()).isEqualTo(202);
    }
    assertThat(exercise.shown()).isEqualTo("en1 ro2 of ro2");
    assertThat(exercise.ordered()).isEqualTo("ro3 en3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPublishAndABumpAtOncePublishTheNewVersion(boolean publishFirst) throws Exception {
    BumpedExercise exercise = draft();
    List<Callable<Answer>> calls =
        publishFirst
            ? List.of(exercise::publish, exercise::bump)
            : List.of(exercise::bump, exercise::publish);
    assertThat(behindALock(exercise, calls))
        .extracting(Answer::status)
        .allSatisfy(status -> assertThat(status).isIn(200, 202));
    assertThat(exercise.read().path("status").asText()).isEqualTo("publishing");
    assertThat(exercise.ordered()).isEqualTo("ro2 en2");
    api.renders().failed(exercise.preview("ro", 2), new RenderFailure("cut off", false));
    assertThat(exercise.read().path("status").asText()).isEqualTo("draft");
  }

  @Test
  void anExerciseThatIsBeingPublishedIsPublishedWithTheNewVersion() throws Exception {
    BumpedExercise exercise = draft();
    exercise.publish();
    assertThat(exercise.bump().status()).isEqualTo(202);
    // The composers refuse what is of an earlier version.
    api.renders().failed(exercise.preview("ro", 1), new RenderFailure("version 2 now", false));
    assertThat(exercise.read().path("status").asText()).isEqualTo("publishing");
    exercise.ready("ro", 2);
    assertThat(exercise.read().path("status").asText()).isEqualTo("published");
    assertThat(exercise.shown()).isEqualTo("ro2 of ro2");
  }

  @Test
  void whatCannotBeMadeIsRefusedAndNothingChanges() throws Exception {
    BumpedExercise exercise = published();
    api.primitives.put(exercise.slug(), List.of("ro", "en"), List.of("en"));
    Answer refused = exercise.bump();
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.firstError().path("field").asText()).isEqualTo("languages.ro");
    assertThat(exercise.read().path("asset_version").asInt()).isEqualTo(1);
    assertThat(exercise.renders(2)).isZero();

    api.primitives.unavailable = true;
    try {
      assertThat(exercise.bump().status()).isEqualTo(503);
    } finally {
      api.primitives.unavailable = false;
    }
    assertThat(exercise.read().path("asset_version").asInt()).isEqualTo(1);

    Answer whole =
        post(
            "/v1/admin/exercises",
            "{\"slug\":\"one-film\",\"kind\":\"duration_based\",\"display_name\":\"A\"}");
    assertThat(whole.status()).isEqualTo(201);
    assertThat(post("/v1/admin/exercises/one-film/asset-version/bump", "{}").status())
        .isEqualTo(409);
    assertThat(post("/v1/admin/exercises/nothing/asset-version/bump", "{}").status())
        .isEqualTo(404);
  }

  @Test
  void aLanguageThatTheNewBundleLacksKeepsItsPreview() throws Exception {
    BumpedExercise exercise = published();
    api.primitives.put(exercise.slug(), List.of("ro", "en"), List.of("ro"));
    Answer bumped = exercise.bump();
    assertThat(bumped.status()).isEqualTo(202);
    assertThat(bumped.json().at("/missing/0/field").asText()).isEqualTo("languages.en");
    exercise.ready("ro", 2);
    assertThat(exercise.shown()).isEqualTo("en1 ro2 of ro2");
  }

  @Test
  void aDraftIsRaisedWithoutPreviews() throws Exception {
    BumpedExercise exercise = draft();
    Answer bumped = exercise.bump();
    assertThat(bumped.status()).as(bumped.text()).isEqualTo(200);
    assertThat(bumped.json().path("asset_version").asInt()).isEqualTo(2);
    assertThat(exercise.renders(2)).isZero();
    assertThat(exercise.publish().status()).isEqualTo(202);
    assertThat(exercise.ordered()).isEqualTo("ro2 en2");
  }

  @Test
  void anETagOfAnEarlierRevisionIsRefused() throws Exception {
    BumpedExercise exercise = published();
    String path = "/v1/admin/exercises/" + exercise.slug() + "/asset-version/bump";
    String tag = api.get(exercise.path(), SUPERADMIN).header("ETag");
    for (int expected : List.of(202, 412)) {
      Answer answer =
          api.send(
              api.request(path)
                  .header("Authorization", "Bearer " + SUPERADMIN)
                  .header("Content-Type", "application/json")
                  .header("If-Match", tag)
                  .POST(HttpRequest.BodyPublishers.ofString("{}")));
      assertThat(answer.status()).isEqualTo(expected);
    }
    assertThat(exercise.read().path("asset_version").asInt()).isEqualTo(2);
  }

  /** Killed between the orders of the renders and the raise of the version. */
  @Test
  void aCrashInTheMiddleChangesNothingAndTheNextCallDoes() throws Exception {
    BumpedExercise exercise = published();
    try (Handle lock = api.owner().open()) {
      lock.begin();
      lock.execute("SELECT FROM exercises WHERE slug = ? FOR NO KEY UPDATE", exercise.slug());
      Future<Answer> bumping = threads.submit(exercise::bump);
      awaitLocks(1);
      text(
          "SELECT string_agg(pg_terminate_backend(pid)::text, '') FROM pg_locks WHERE NOT granted");
      assertThat(bumping.get(20, TimeUnit.SECONDS).status()).isGreaterThanOrEqualTo(500);
      lock.commit();
    }
    assertThat(exercise.renders(2)).isZero();
    assertThat(exercise.read().path("asset_version").asInt()).isEqualTo(1);
    assertThat(exercise.bump().status()).isEqualTo(202);
    assertThat(exercise.ordered()).isEqualTo("ro2 en2");
  }

  @Test
  void anExerciseWithAThousandRendersIsRaisedInASecond() throws Exception {
    BumpedExercise exercise = published();
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO exercise_renders
                      (render_id, exercise_id, recipe_hash, language, asset_version, recipe, status,
                       host, host_video_id, duration_seconds)
                    SELECT gen_random_uuid(), exercise_id, 'h' || n, 'ro', 1, '{}', 'ready', 'own',
                           slug || n, 20
                      FROM exercises, generate_series(1, 1000) AS n WHERE slug = ?
                    """,
                    exercise.slug()));
    long begun = System.nanoTime();
    assertThat(exercise.bump().status()).isEqualTo(202);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertThat(took).isLessThan(Duration.ofSeconds(1));
    assertThat(exercise.ordered()).isEqualTo("ro2 en2");
  }
}
