package dev.kinebeam.coreapi.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An exercise is published by itself when its first preview is ready, whoever does what when. */
@Tag("servers")
class PublishExerciseTest {
  private static final String SUPERADMIN =
      Tokens.of(Role.SUPERADMIN, TestCoreApi.ORG, UUID.randomUUID());
  private static TestCoreApi api;
  private static int made;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  /** A draft whose bundle names these languages and has audio in those that are recorded. */
  private record Draft(String slug, String path) {
    static Draft create(List<String> languages, List<String> recorded) throws Exception {
      String slug = "published-" + ++made;
      api.primitives.put(slug, languages, recorded);
      Answer created =
          post(
              "/v1/admin/exercises",
              "{\"slug\":\"%s\",\"kind\":\"reps_based\",\"display_name\":\"A\"}".formatted(slug));
      assertThat(created.status()).as(created.text()).isEqualTo(201);
      return new Draft(slug, "/v1/admin/exercises/" + created.json().path("id").asText());
    }

    Answer publish() throws Exception {
      return post(path + "/publish", "{}");
    }

    JsonNode read() throws Exception {
      return api.get(path, SUPERADMIN).json();
    }

    String status() throws Exception {
      return read().path("status").asText();
    }

    ComposeOrder preview(String language) {
      List<SetSpec> sets = List.of(new SetSpec("left", 5), new SetSpec("right", 5));
      return new ComposeOrder(new Recipe(slug, language, sets, null, false), 1, false);
    }

    void ready(String language) {
      api.renders().ready(preview(language), outcome());
    }
  }

  private static Render.Outcome outcome() {
    return new Render.Outcome(
        "own", UUID.randomUUID().toString(), 20, Optional.empty(), Optional.empty(), List.of());
  }

  private static Answer post(String path, String body) throws Exception {
    return api.send(api.post(path, SUPERADMIN, body.getBytes(UTF_8)));
  }

  private static long count(String sql, Object... values) {
    return api.owner().withHandle(handle -> handle.select(sql, values).mapTo(Long.class).one());
  }

  @Test
  void thePreviewsAreOrderedAndTheFirstOnePublishes() throws Exception {
    Draft draft = Draft.create(List.of("ro", "en"), List.of("ro", "en"));
    Answer ordered = draft.publish();
    assertThat(ordered.status()).as(ordered.text()).isEqualTo(202);
    assertThat(ordered.json().path("status").asText()).isEqualTo("publishing");
    assertThat(ordered.json().at("/preview_orders/0/render_id").asText())
        .isEqualTo(draft.preview("ro").renderId().toString());
    assertThat(ordered.json().at("/preview_orders/1/language").asText()).isEqualTo("en");

    draft.ready("en");
    assertThat(draft.status()).as("the first language is missing").isEqualTo("publishing");
    draft.ready("ro");

    JsonNode published = draft.read();
    assertThat(published.path("status").asText()).isEqualTo("published");
    assertThat(published.path("catalog_render_id").asText())
        .isEqualTo(draft.preview("ro").renderId().toString());
    assertThat(published.path("previews")).hasSize(2);
    assertThat(published.path("preview_orders")).isEmpty();
    assertThat(draft.publish().status()).as("again").isEqualTo(200);

    assertThat(post(draft.path + "/unpublish", "{}").json().path("status").asText())
        .isEqualTo("draft");
    assertThat(draft.publish().status()).as("its previews are ready").isEqualTo(200);
  }

  @Test
  void onePublishedBeforeThereWerePreviewsGetsThem() throws Exception {
    Draft draft = Draft.create(List.of("ro"), List.of("ro"));
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE exercises SET status = 'published' WHERE slug = ?", draft.slug));
    Answer again = draft.publish();
    assertThat(again.status()).as(again.text()).isEqualTo(200);
    assertThat(again.json().path("status").asText()).isEqualTo("published");
    assertThat(again.json().path("preview_orders")).hasSize(1);
    api.renders().failed(draft.preview("ro"), new RenderFailure("the file is cut off", false));
    assertThat(draft.status()).as("patients have workouts of it").isEqualTo("published");
    assertThat(draft.publish().json().at("/preview_orders/0").has("error"))
        .as("ordered again")
        .isFalse();
    draft.ready("ro");
    assertThat(draft.read().path("previews")).hasSize(1);
    long revision = draft.read().path("revision").asLong();
    assertThat(draft.publish().json().path("revision").asLong()).isEqualTo(revision);
  }

  @Test
  void whenTheFirstPreviewFailsItIsADraftAgainWithTheReason() throws Exception {
    Draft draft = Draft.create(List.of("ro"), List.of("ro"));
    draft.publish();
    api.renders().failed(draft.preview("ro"), new RenderFailure("the file is cut off", false));
    JsonNode failed = draft.read();
    assertThat(failed.path("status").asText()).isEqualTo("draft");
    assertThat(failed.path("publish_error").asText()).contains("in ro", "the file is cut off");
    assertThat(failed.at("/preview_orders/0/error").asText()).isEqualTo("the file is cut off");
    assertThat(draft.publish().status()).as("ordered again").isEqualTo(202);
    draft.ready("ro");
    assertThat(draft.read().path("status").asText()).isEqualTo("published");
    assertThat(draft.read().has("publish_error")).isFalse();
  }

  @Test
  void aLanguageWithoutAudioIsNamed() throws Exception {
    Draft second = Draft.create(List.of("ro", "de"), List.of("ro"));
    Answer ordered = second.publish();
    assertThat(ordered.status()).isEqualTo(202);
    assertThat(ordered.json().at("/missing/0/field").asText()).isEqualTo("languages.de");
    assertThat(ordered.json().path("preview_orders")).hasSize(1);

    Draft first = Draft.create(List.of("de", "ro"), List.of("ro"));
    Answer refused = first.publish();
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.firstError().path("field").asText()).isEqualTo("languages.de");
    assertThat(refused.firstError().path("message").asText()).contains("audio/de/");
    assertThat(first.status()).isEqualTo("draft");
    assertThat(
            count(
                "SELECT count(*) FROM exercise_renders JOIN exercises USING (exercise_id) WHERE"
                    + " slug = ?",
                first.slug))
        .as("nothing is ordered")
        .isZero();
  }

  @Test
  void withoutABundleOrABucketNothingIsPublished() throws Exception {
    Draft draft = Draft.create(List.of("ro"), List.of("ro"));
    api.primitives.unavailable = true;
    try {
      assertThat(draft.publish().status()).isEqualTo(503);
      assertThat(api.get(draft.path + "/bundle", SUPERADMIN).status()).isEqualTo(503);
    } finally {
      api.primitives.unavailable = false;
    }
    Answer created =
        post(
            "/v1/admin/exercises",
            "{\"slug\":\"no-bundle\",\"kind\":\"reps_based\",\"display_name\":\"A\"}");
    String path = "/v1/admin/exercises/" + created.json().path("id").asText();
    Answer refused = post(path + "/publish", "{}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.firstError().path("code").asText()).isEqualTo("no_manifest");
    assertThat(api.get(path + "/bundle", SUPERADMIN).json().at("/unusable/code").asText())
        .isEqualTo("no_manifest");
    assertThat(post(path + "/archive", "{}").status()).isEqualTo(200);
    assertThat(post(path + "/publish", "{}").firstError().path("field").asText())
        .as("archived")
        .isEqualTo("status");
  }

  @Test
  void twoPublishesAtOnceOrderOnce() throws Exception {
    Draft draft = Draft.create(List.of("ro", "en"), List.of("ro", "en"));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(threads.submit(draft::publish));
      }
      for (Future<Answer> answer : answers) {
        assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(202);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(
            count(
                "SELECT count(*) FROM render_outbox JOIN exercise_renders USING (render_id)"
                    + " JOIN exercises USING (exercise_id) WHERE slug = ?",
                draft.slug))
        .isEqualTo(2);
    assertThat(
            count(
                "SELECT count(*) FROM audit_log WHERE action = 'exercise.publishing' AND subject ="
                    + " ?",
                draft.read().path("id").asText()))
        .isEqualTo(1);
  }

  /** Neither sees what the other has not committed; the later one must not miss the earlier. */
  @Test
  void aPreviewThatBecomesReadyWhileItIsOrderedPublishes() throws Exception {
    Draft draft = Draft.create(List.of("ro"), List.of("ro"));
    api.renders().begin(draft.preview("ro"));
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Handle ready = api.owner().open()) {
      ready.begin();
      ready.execute(
          """
          UPDATE exercise_renders SET status = 'ready', host = 'own', host_video_id = ?,
                 duration_seconds = 20, finished_at = now() WHERE render_id = ?
          """,
          UUID.randomUUID().toString(),
          draft.preview("ro").renderId());
      Future<Answer> publishing = threads.submit(draft::publish);
      awaitLock();
      ready.commit();
      assertThat(publishing.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    } finally {
      threads.shutdownNow();
    }
    assertThat(draft.status()).isEqualTo("published");
  }

  /** The bulk's end is not the preview's: it is tried again, and its failure is not overlooked. */
  @Test
  void aPreviewThatIsBeingMadeForACancelledBulkIsItsOwn() throws Exception {
    Draft draft = Draft.create(List.of("ro"), List.of("ro"));
    ComposeOrder preview = draft.preview("ro");
    api.renders().begin(preview);
    UUID bulk = UUID.randomUUID();
    api.owner()
        .useHandle(
            handle -> {
              handle.execute(
                  "UPDATE exercise_renders SET lane = 'bulk' WHERE render_id = ?",
                  preview.renderId());
              handle.execute(
                  "INSERT INTO render_bulks (bulk_id, ordered_by) VALUES (?, 'x')", bulk);
              handle.execute(
                  "INSERT INTO render_bulk_items (bulk_id, render_id) VALUES (?, ?)",
                  bulk,
                  preview.renderId());
              handle.execute("SELECT cancel_render_bulk(?)", bulk);
            });
    assertThat(draft.publish().status()).isEqualTo(202);
    Render again =
        api.renders().failedOrRetried(preview, new RenderFailure("the host is unavailable", true));
    assertThat(again.status()).isEqualTo(Render.Status.QUEUED);
    api.renders().failed(preview, new RenderFailure("the file is cut off", false));
    assertThat(draft.status()).isEqualTo("draft");
    assertThat(draft.read().path("publish_error").asText()).contains("the file is cut off");
  }

  private static void awaitLock() {
    Eventually.until(
        "the publish waits for the render",
        () -> count("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
  }

  @Test
  void anUnpublishedExerciseStaysADraftWhenItsPreviewIsReady() throws Exception {
    Draft draft = Draft.create(List.of("ro"), List.of("ro"));
    draft.publish();
    assertThat(post(draft.path + "/archive", "{}").status()).as("publishing").isEqualTo(409);
    assertThat(post(draft.path + "/unpublish", "{}").status()).isEqualTo(200);
    draft.ready("ro");
    assertThat(draft.status()).isEqualTo("draft");
  }

  /** With the login of organizations, and invisible to others at every step. */
  @Test
  void anOrganizationPublishesItsOwn() throws Exception {
    String admin = Tokens.of(Role.CLINIC_ADMIN, TestCoreApi.ORG, UUID.randomUUID());
    Answer created =
        api.send(
            api.post(
                "/v1/admin/exercises",
                admin,
                "{\"kind\":\"reps_based\",\"display_name\":\"Own bend\"}".getBytes(UTF_8)));
    String slug = created.json().path("slug").asText();
    Draft own = new Draft(slug, "/v1/admin/exercises/" + created.json().path("id").asText());
    api.primitives.put(slug, List.of("ro"), List.of("ro"));
    Answer ordered = api.send(api.post(own.path + "/publish", admin, new byte[] {'{', '}'}));
    assertThat(ordered.status()).as(ordered.text()).isEqualTo(202);
    own.ready("ro");
    assertThat(api.get(own.path, admin).json().path("status").asText()).isEqualTo("published");

    String lookup = "/v1/exercises/" + slug + "/renders/lookup?language=ro&sets=left:5,right:5";
    assertThat(api.get(lookup, service(TestCoreApi.ORG)).status()).isEqualTo(200);
    assertThat(api.get(lookup, service(TestCoreApi.OTHER_ORG)).status()).isEqualTo(404);
    assertThat(
            api.get(
                    "/v1/renders/" + own.preview("ro").renderId() + "/stream",
                    service(TestCoreApi.OTHER_ORG))
                .status())
        .isEqualTo(404);
    assertThat(shown(TestCoreApi.ORG)).contains(slug);
    assertThat(shown(TestCoreApi.OTHER_ORG)).doesNotContain(slug);
  }

  private static String service(UUID org) {
    return Tokens.of(Role.SERVICE, org, UUID.randomUUID());
  }

  private static List<String> shown(UUID org) throws Exception {
    String patient = Tokens.of(Role.PATIENT, org, UUID.randomUUID());
    return api.get("/v1/portal/exercises?q=own", patient).json().findValuesAsText("slug");
  }

  @Test
  void aWholeVideoIsPublishedAtOnceWhenItIsAtAHost() throws Exception {
    Answer created =
        post(
            "/v1/admin/exercises",
            "{\"slug\":\"whole\",\"kind\":\"duration_based\",\"display_name\":\"A\"}");
    String path = "/v1/admin/exercises/" + created.json().path("id").asText();
    Answer refused = post(path + "/publish", "{}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.firstError().path("field").asText()).isEqualTo("video");
    for (String language : List.of("ro", "en")) {
      api.owner()
          .useHandle(
              handle ->
                  handle.execute(
                      """
                      INSERT INTO exercise_renders
                        (render_id, exercise_id, recipe_hash, language, asset_version, status, host,
                         host_video_id, duration_seconds)
                      SELECT gen_random_uuid(), exercise_id, '_imported', ?, 1, 'ready', 'own', ?, 9
                        FROM exercises WHERE slug = 'whole'
                      """,
                      language,
                      UUID.randomUUID().toString()));
    }
    Answer published = post(path + "/publish", "{}");
    assertThat(published.status()).as(published.text()).isEqualTo(200);
    assertThat(published.json().path("previews")).hasSize(2);
    JsonNode bundle = api.get(path + "/bundle", SUPERADMIN).json();
    assertThat(bundle.path("hosted")).hasSize(2);
    assertThat(bundle.at("/hosted/0/duration_seconds").asDouble()).isEqualTo(9);
  }

  @Test
  void theRawExerciseSaysWhatThereIs() throws Exception {
    Draft draft = Draft.create(List.of("ro", "de"), List.of("ro"));
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO bundle_checks (exercise_id, usable, errors, warnings, report)
                    SELECT exercise_id, true, 0, 2, '{"files":[]}' FROM exercises WHERE slug = ?
                    """,
                    draft.slug));
    String specialist = Tokens.of(Role.SPECIALIST, TestCoreApi.ORG, UUID.randomUUID());
    JsonNode bundle = api.get(draft.path + "/bundle", specialist).json();
    assertThat(bundle.path("slots")).hasSize(10);
    assertThat(bundle.at("/languages/0/complete").asBoolean()).isTrue();
    assertThat(bundle.at("/languages/1/complete").asBoolean()).isFalse();
    assertThat(bundle.at("/last_check/warnings").asInt()).isEqualTo(2);
  }
}
