package dev.kinebeam.coreapi;

import static dev.kinebeam.coreapi.TestCoreApi.SLUG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderOrders;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class RendersScenarioTest {
  private static final String SUPERADMIN =
      Tokens.of(Role.SUPERADMIN, TestCoreApi.ORG, UUID.randomUUID());
  private static final ComposeOrder ORDER = order("ro");
  private static final Render.Outcome OUTCOME =
      new Render.Outcome("own", "video-1", 20, Optional.empty(), Optional.empty(), List.of());
  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  @BeforeEach
  void nothing() {
    api.postgres.run("DELETE FROM exercise_renders; DELETE FROM render_bulks");
  }

  private static ComposeOrder order(String language) {
    return new ComposeOrder(
        new Recipe(SLUG, language, List.of(new SetSpec("left", 10)), null, false), 1, false);
  }

  private static Answer post(String path, String body) throws Exception {
    return api.send(api.post(path, SUPERADMIN, body.getBytes(UTF_8)));
  }

  private static void request(ComposeOrder order, UUID org) {
    new RenderOrders(Database.over(api.postgres.as("gateway")))
        .request(order, RenderLane.INTERACTIVE, Optional.of(org));
  }

  @Test
  void aLookUpFindsWhatIsReadyAndOrdersNothing() throws Exception {
    String service = Tokens.of(Role.SERVICE, TestCoreApi.ORG, UUID.randomUUID());
    String path = "/v1/exercises/" + SLUG + "/renders/lookup?language=ro&sets=left:10";
    Answer missing = api.get(path, service);
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.firstError().path("code").asText()).isEqualTo("render_not_ready");
    assertThat(missing.json().path("render_id").asText()).isEqualTo(ORDER.renderId().toString());
    api.renders().ready(ORDER, OUTCOME);
    Answer found = api.get(path, service);
    assertThat(found.status()).isEqualTo(200);
    assertThat(found.json().path("bunny_video_id").asText()).isEqualTo("video-1");
    api.postgres.run("UPDATE exercises SET asset_version = 2");
    try {
      assertThat(api.get(path, service).status()).as("of another version").isEqualTo(404);
    } finally {
      api.postgres.run("UPDATE exercises SET asset_version = 1");
    }
    Answer wrong = api.get(path.replace("left:10", "left"), service);
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.json().path("errors")).as("said once").hasSize(1);
    assertThat(api.get(path.replace("language=ro&", ""), service).status()).isEqualTo(400);
    assertThat(api.postgres.rows("SELECT 1 FROM render_outbox")).isEmpty();
  }

  @Test
  void aRenderIsOrderedListedAndOrderedAgainWhenItFailed() throws Exception {
    String path = "/v1/admin/exercises/" + SLUG + "/renders";
    String recipe = "{\"language\":\"ro\",\"sets\":[{\"side\":\"left\",\"reps\":10}]}";
    Answer ordered = post(path, recipe);
    assertThat(ordered.status()).as(ordered.text()).isEqualTo(202);
    assertThat(ordered.json().path("render_id").asText()).isEqualTo(ORDER.renderId().toString());
    api.renders().begin(ORDER);
    api.renders().failed(ORDER, new RenderFailure("the host is unavailable", true));
    JsonNode page =
        api.get("/v1/admin/renders?exercise=" + SLUG + "&status=failed", SUPERADMIN).json();
    assertThat(page.path("renders")).hasSize(1);
    assertThat(page.path("renders").path(0).path("retryable").asBoolean()).isTrue();
    Answer again = post("/v1/admin/renders/" + ORDER.renderId() + "/retry", "{}");
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.json().path("status").asText()).isEqualTo("queued");
    api.renders().ready(ORDER, OUTCOME);
    assertThat(post(path, recipe).status()).isEqualTo(200);
    assertThat(post("/v1/admin/renders/" + UUID.randomUUID() + "/retry", "{}").status())
        .isEqualTo(404);
    assertThat(
            post(path, recipe.replace("\"language\":\"ro\",", ""))
                .firstError()
                .path("field")
                .asText())
        .isEqualTo("language");
  }

  /** As one whose video was removed: primitives of earlier versions are not kept. */
  @Test
  void aFailedRenderOfAnEarlierAssetVersionIsNotOrderedAgain() throws Exception {
    api.renders().failed(ORDER, new RenderFailure("its video was removed", false));
    api.postgres.run("UPDATE exercises SET asset_version = 2");
    try {
      Answer refused = post("/v1/admin/renders/" + ORDER.renderId() + "/retry", "{}");
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.text()).contains("order the present one");
    } finally {
      api.postgres.run("UPDATE exercises SET asset_version = 1");
    }
    assertThat(api.postgres.rows("SELECT 1 FROM render_outbox")).isEmpty();
  }

  @Test
  void pagesOfRendersAreWhole() throws Exception {
    for (String language : List.of("ro", "en", "de")) {
      request(order(language), TestCoreApi.ORG);
    }
    List<String> seen = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = api.get("/v1/admin/renders?limit=2" + next, SUPERADMIN).json();
      page.path("renders").forEach(row -> seen.add(row.path("language").asText()));
      next = page.has("next") ? "&cursor=" + page.path("next").asText() : "";
    } while (!next.isEmpty());
    assertThat(seen).containsExactlyInAnyOrder("ro", "en", "de");
  }

  @Test
  void aBulkIsOrderedWatchedAndCancelled() throws Exception {
    String recipe =
        "{\"exercise\":\""
            + SLUG
            + "\",\"language\":\"%s\",\"sets\":[{\"side\":\"left\",\"reps\":10}]}";
    Answer ordered =
        post(
            "/v1/admin/renders/bulk",
            "{\"orders\":[" + recipe.formatted("ro") + "," + recipe.formatted("en") + "]}");
    assertThat(ordered.status()).as(ordered.text()).isEqualTo(202);
    String bulk = ordered.header("Location");
    assertThat(ordered.json().path("total").asInt()).isEqualTo(2);
    api.renders().ready(ORDER, OUTCOME);
    JsonNode half = api.get(bulk, SUPERADMIN).json();
    assertThat(half.path("ready").asInt()).isEqualTo(1);
    assertThat(half.path("state").asText()).isEqualTo("running");
    JsonNode cancelled = post(bulk + "/cancel", "{}").json();
    assertThat(cancelled.path("state").asText()).isEqualTo("cancelled");
    assertThat(cancelled.path("failures").path(0).path("error").asText()).contains("cancelled");
    assertThat(
            post(
                    "/v1/admin/renders/bulk",
                    "{\"orders\":[" + recipe.replace(SLUG, "unknown").formatted("ro") + "]}")
                .firstError()
                .path("field")
                .asText())
        .isEqualTo("orders[0].exercise");
    assertThat(post("/v1/admin/renders/bulk", "{\"orders\":[]}").status()).isEqualTo(400);
  }

  /** A clinic follows what it asked for, and nothing of another. */
  @Test
  void eventsOfRendersAreStreamedToThoseWhoAskedForThem() throws Exception {
    String specialist = Tokens.of(Role.SPECIALIST, TestCoreApi.ORG, UUID.randomUUID());
    HttpResponse<InputStream> stream =
        HttpClient.newHttpClient()
            .send(
                api.request("/v1/renders/stream")
                    .header("Authorization", "Bearer " + specialist)
                    .header("Last-Event-ID", "0")
                    .GET()
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    request(order("en"), TestCoreApi.OTHER_ORG);
    request(ORDER, TestCoreApi.ORG);
    api.renders().begin(ORDER);
    api.renders().ready(ORDER, OUTCOME);
    List<String> events = new ArrayList<>();
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
      while (events.size() < 3) {
        String line = lines.readLine();
        if (line.startsWith("event: ")) {
          events.add(line.substring("event: ".length()));
        }
        assertThat(line).doesNotContain(order("en").renderId().toString());
      }
    }
    assertThat(events).containsExactly("queued", "rendering", "ready");
  }

  @Test
  void theJobsOfTheWorkersAreShown() throws Exception {
    api.postgres.run(
        "INSERT INTO job_runs (task_name, task_instance, worker, started_at, finished_at,"
            + " succeeded, message) VALUES ('maintain', 'recurring', 'worker-1', now(), now(),"
            + " false, 'no archive')");
    JsonNode jobs = api.get("/v1/admin/jobs?task=maintain", SUPERADMIN).json();
    assertThat(jobs.path("runs").path(0).path("message").asText()).isEqualTo("no archive");
    assertThat(jobs.path("tasks").isArray()).isTrue();
  }
}
