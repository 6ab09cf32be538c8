package dev.kinebeam.gateway.render;

import static dev.kinebeam.gateway.TestGateway.COMPOSER;
import static dev.kinebeam.gateway.TestGateway.SLUG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.catalog.db.RenderStep;
import dev.kinebeam.gateway.TestGateway;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("servers")
class ComposeTest {
  private static final String RECIPE =
      """
      {"exercise":"lumbar-detensioning","language":"ro",
       "sets":[{"side":"left","reps":10},{"side":"right","reps":10}]}
      """;
  private static final Render.Outcome OUTCOME =
      new Render.Outcome(
          "bunny",
          "abc123",
          105.5,
          Optional.of(3165L),
          Optional.of(new Picks(2, 1, 3, 1, 2, 1, List.of(new Picks.SetPick(1, 3, null)))),
          List.of(new Segment("intro", 0, null, null, 0, 5, List.of())));

  private static TestGateway gateway;
  private static final ExecutorService callers = Executors.newCachedThreadPool();

  @BeforeAll
  static void start() throws Exception {
    gateway = TestGateway.start();
  }

  @AfterAll
  static void stop() throws Exception {
    callers.shutdownNow();
    gateway.close();
  }

  @BeforeEach
  void noRenders() {
    gateway.log.clear();
    gateway.objectStoreUnavailable = false;
    gateway.owner().useHandle(handle -> handle.execute("DELETE FROM exercise_renders"));
  }

  private static Answer compose(String recipe) throws Exception {
    return gateway.send(
        gateway
            .post("/v1/compose", COMPOSER, recipe.getBytes(UTF_8))
            .header("Prefer", "respond-async"));
  }

  private static Answer composeWaiting(int seconds) throws Exception {
    return gateway.send(
        gateway
            .post("/v1/compose", COMPOSER, RECIPE.getBytes(UTF_8))
            .header("Prefer", "respond-async, wait=" + seconds));
  }

  private static ComposeOrder onlyOrder() {
    List<ComposeOrder> orders = gateway.orders();
    assertThat(orders).hasSize(1);
    return orders.get(0);
  }

  @Test
  void aNewRenderIsOrderedAndNamed() throws Exception {
    Answer answer = compose(RECIPE);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    UUID id = UUID.fromString(answer.json().path("render_id").asText());
    assertThat(answer.json().path("status").asText()).isEqualTo("queued");
    assertThat(answer.header("Location")).isEqualTo("/v1/renders/" + id);

    ComposeOrder order = onlyOrder();
    assertThat(order.renderId()).isEqualTo(id);
    assertThat(order.recipe().language()).isEqualTo("ro");
    assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async");
  }

  @Test
  void twoRequestsOrderOnce() throws Exception {
    String first = compose(RECIPE).json().path("render_id").asText();
    Answer second = compose(RECIPE.replace("\"language\":\"ro\",", ""));
    assertThat(second.status()).isEqualTo(202);
    assertThat(second.json().path("render_id").asText()).isEqualTo(first);
    assertThat(onlyOrder().renderId()).hasToString(first);
  }

  @Test
  void aReadyRenderIsAnsweredWithTheSpecifiedFields() throws Exception {
    compose(RECIPE);
    gateway.renders().ready(onlyOrder(), OUTCOME);
    Answer answer = compose(RECIPE);
    assertThat(answer.status()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("bunny_video_id").asText()).isEqualTo("abc123");
    assertThat(json.path("playback_hls_url").asText())
        .isEqualTo("https://videos.example/abc123/playlist.m3u8");
    assertThat(json.path("duration_seconds").asDouble()).isEqualTo(105.5);
    assertThat(json.path("picks").path("intro_video").asInt()).isEqualTo(2);
    assertThat(json.path("picks").path("sets").path(0).path("vo_variant").asInt()).isEqualTo(3);
    assertThat(json.path("segments").path(0).path("kind").asText()).isEqualTo("intro");
  }

  @Test
  void preferWaitAnswersWhenTheRenderIsReady() throws Exception {
    Future<Answer> waiting = callers.submit(() -> composeWaiting(20));
    ComposeOrder order = awaitOrder();
    gateway.renders().ready(order, OUTCOME);
    gateway.notifier.notifyEnded(order.renderId());

    Answer answer = waiting.get();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Preference-Applied")).isEqualTo("wait=20");
    assertThat(answer.json().path("status").asText()).isEqualTo("ready");
  }

  private static ComposeOrder awaitOrder() {
    while (gateway.orders().isEmpty()) {
      Thread.onSpinWait();
    }
    return onlyOrder();
  }

  @Test
  void preferWaitGivesUpInTime() throws Exception {
    assertThat(composeWaiting(1).status()).isEqualTo(202);
  }

  @Test
  void aFailedRenderIsReportedAndTriedAgain() throws Exception {
    Answer waited = composeWaiting(0);
    assertThat(waited.status()).isEqualTo(202);
    ComposeOrder order = onlyOrder();
    gateway
        .renders()
        .failed(order, new RenderFailure("rep-left-video-1.mp4 cannot be read", false));

    Answer status = gateway.get("/v1/renders/" + order.renderId(), COMPOSER);
    assertThat(status.json().path("status").asText()).isEqualTo("failed");
    assertThat(status.json().path("error").asText()).contains("rep-left-video-1.mp4");
    assertThat(status.json().path("retryable").asBoolean(true)).isFalse();
    assertThat(compose(RECIPE).status()).isEqualTo(202);
    assertThat(
            gateway.get("/v1/renders/" + order.renderId(), COMPOSER).json().path("status").asText())
        .isEqualTo("queued");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7 reps                  | "reps":10}]          | "reps":7}]             | sets[1].reps
          25 reps                 | "reps":10}]          | "reps":25}]            | sets[1].reps
          unknown side            | "side":"right"       | "side":"middle"        | sets[1].side
          language without audio  | "ro"                 | "en"                   | language
          unknown exercise        | lumbar-detensioning  | no-such-exercise       | exercise
          slug with a path        | lumbar-detensioning  | ../lumbar-detensioning | exercise
          mistyped sets           | "sets"               | "setz"                 | setz
          mistyped language       | "language"           | "langauge"             | langauge
          mistyped reps           | "reps":10}]          | "reps":10,"rep":5}]    | sets[1].rep
          not JSON                | {"exercise           | {exercise              | ''
          """)
  void aRecipeThatCannotBeServedIsRefusedByField(
      String name, String part, String replacement, String field) throws Exception {
    Answer answer = compose(RECIPE.replace(part, replacement));
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.firstError().path("field").asText()).isEqualTo(field);
    assertThat(answer.firstError().path("message").asText()).isNotEmpty();
    assertThat(gateway.orders()).isEmpty();
  }

  @Test
  void aSlotWithoutVariantsIsNamed() throws Exception {
    Answer answer = compose(RECIPE.replace(SLUG, TestGateway.NO_VARIANT));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.firstError().path("code").asText()).isEqualTo("no_variant");
    assertThat(answer.firstError().path("field").asText()).isEqualTo("sets[1].side");
    assertThat(answer.firstError().path("message").asText()).contains("rep-right-video");
  }

  @Test
  void aBundleWithoutManifestIsNamed() throws Exception {
    Answer answer = compose(RECIPE.replace(SLUG, TestGateway.NO_MANIFEST));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.firstError().path("code").asText()).isEqualTo("no_manifest");
  }

  @Test
  void whenTheObjectStoreIsUnavailableTheCallerMayRetry() throws Exception {
    gateway.objectStoreUnavailable = true;
    Answer answer = compose(RECIPE.replace(SLUG, TestGateway.UNAVAILABLE));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("5");
  }

  /** The order is durable in the database: whoever passes it on may be unavailable. */
  @Test
  void anOrderIsTakenWhileKafkaIsUnavailable() throws Exception {
    gateway.log.setUnavailable(true);
    try {
      assertThat(compose(RECIPE).status()).isEqualTo(202);
    } finally {
      gateway.log.setUnavailable(false);
    }
    assertThat(onlyOrder().recipe().exercise()).isEqualTo(SLUG);
  }

  /** The request of the composer's specification, word for word: no Prefer, and a seed. */
  @Test
  void withoutAPreferenceARequestWaitsForTheVideo() throws Exception {
    String specified =
        """
        {
            "exercise": "lumbar-detensioning",
            "language": "ro",
            "sets": [
              {"side":"left","reps":5},
              {"side":"right","reps":5}
            ],
            "seed": 42
          }""";
    Future<Answer> waiting =
        callers.submit(
            () -> gateway.send(gateway.post("/v1/compose", COMPOSER, specified.getBytes(UTF_8))));
    ComposeOrder order = awaitOrder();
    assertThat(order.recipe().seed()).isEqualTo(42L);
    gateway.renders().ready(order, OUTCOME);
    gateway.notifier.notifyEnded(order.renderId());
    assertThat(waiting.get().status()).isEqualTo(200);
    assertThat(waiting.get().json().path("bunny_video_id").asText()).isEqualTo("abc123");
  }

  @Test
  void aRenderThatIsMadeSaysItsStepAndOneThatWaitsItsPlace() throws Exception {
    compose(RECIPE);
    ComposeOrder first = onlyOrder();
    compose(RECIPE.replace("\"reps\":10}]", "\"reps\":5}]"));
    ComposeOrder second = gateway.orders().get(1);
    JsonNode waiting = gateway.get("/v1/renders/" + second.renderId(), COMPOSER).json();
    assertThat(waiting.path("orders_ahead").asInt(-1)).isEqualTo(1);
    assertThat(waiting.path("lane").asText()).isEqualTo("interactive");

    gateway.renders().begin(first);
    gateway.renders().progress(first.renderId(), RenderStep.COMPOSING, 60);
    JsonNode made = gateway.get("/v1/renders/" + first.renderId(), COMPOSER).json();
    assertThat(made.path("status").asText()).isEqualTo("rendering");
    assertThat(made.path("step").asText()).isEqualTo("composing");
    assertThat(made.path("percent").asInt()).isEqualTo(60);
    assertThat(made.has("eta_seconds")).as("nothing was ever measured").isFalse();

    gateway.renders().ready(first, OUTCOME);
    JsonNode now = gateway.get("/v1/renders/" + second.renderId(), COMPOSER).json();
    assertThat(now.path("orders_ahead").asInt(-1)).isZero();
    assertThat(now.path("eta_seconds").asDouble(-1)).isPositive();
  }

  @Test
  void onlyServicesCompose() throws Exception {
    assertThat(gateway.send(gateway.post("/v1/compose", "wrong", RECIPE.getBytes(UTF_8))).status())
        .isEqualTo(401);
    String patient = TestGateway.patientToken();
    assertThat(gateway.send(gateway.post("/v1/compose", patient, RECIPE.getBytes(UTF_8))).status())
        .isEqualTo(403);
    String service = Tokens.of(Role.SERVICE, TestGateway.ORG, UUID.randomUUID());
    assertThat(
            gateway
                .send(
                    gateway
                        .post("/v1/compose", service, RECIPE.getBytes(UTF_8))
                        .header("Prefer", "wait=0"))
                .status())
        .isEqualTo(202);
  }

  @Test
  void unknownRendersAreNotFound() throws Exception {
    assertThat(gateway.get("/v1/renders/" + UUID.randomUUID(), COMPOSER).status()).isEqualTo(404);
    Answer answer = gateway.get("/v1/renders/not-an-id", COMPOSER);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.firstError().path("field").asText()).isEqualTo("id");
  }
}
