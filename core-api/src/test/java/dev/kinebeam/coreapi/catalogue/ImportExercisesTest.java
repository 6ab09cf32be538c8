package dev.kinebeam.coreapi.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class ImportExercisesTest {
  private static final String SUPERADMIN =
      Tokens.of(Role.SUPERADMIN, TestCoreApi.ORG, UUID.randomUUID());
  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static Answer send(String rows) throws Exception {
    return api.send(
        api.post(
            "/v1/admin/exercises/import",
            SUPERADMIN,
            ("{\"exercises\":[" + rows + "]}").getBytes(UTF_8)));
  }

  @Test
  void nineHundredRowsAreEnteredOnce() throws Exception {
    String rows =
        IntStream.range(0, 900)
            .mapToObj(
                n ->
                    """
                    {"slug":"many-%d","kind":"reps_based","display_name":"Exercise %d","difficulty":%d,
                     "instructions":[{"kind":"step","text":{"ro":"Pasul %d"}}]}
                    """
                        .formatted(n, n, 1 + n % 5, n))
            .collect(Collectors.joining(","));
    JsonNode first = send(rows).json();
    assertThat(first.path("added").asInt())
        .as(first.path("rows").path(0).toString())
        .isEqualTo(900);
    JsonNode second = send(rows).json();
    assertThat(second.path("unchanged").asInt()).isEqualTo(900);
    assertThat(api.get("/v1/admin/exercises?q=many%20449", SUPERADMIN).json().path("exercises"))
        .hasSize(1);
  }

  @Test
  void rowsAreIndependent() throws Exception {
    String good = "{\"slug\":\"row-good\",\"kind\":\"reps_based\",\"display_name\":\"Good\"}";
    JsonNode answer =
        send(String.join(
                ",",
                good,
                good,
                "7",
                "{\"slug\":\"../row\",\"kind\":\"reps_based\",\"display_name\":\"x\"}",
                "{\"slug\":\"row-bad\",\"kind\":\"reps_based\",\"display_name\":\"<i>x</i>\"}",
                "{\"slug\":\"row-hosted\",\"kind\":\"duration_based\",\"display_name\":\"x\",\"host\":\"own\"}",
                "{\"slug\":\"row-elsewhere\",\"kind\":\"duration_based\",\"display_name\":\"x\","
                    + "\"host\":\"nowhere\",\"hosted_video_id\":\"1\",\"language\":\"ro\"}"))
            .json();
    assertThat(answer.path("rows").findValuesAsText("result"))
        .containsExactly("added", "refused", "refused", "refused", "refused", "refused", "refused");
    assertThat(answer.at("/rows/1/errors/0/code").asText()).isEqualTo("repeated");
    assertThat(answer.at("/rows/3/errors/0/field").asText()).isEqualTo("slug");
    assertThat(answer.at("/rows/3/slug").isMissingNode()).as("as it was sent").isTrue();
    assertThat(answer.at("/rows/4/errors/0/code").asText()).isEqualTo("markup");
    assertThat(answer.at("/rows/5/errors/0/code").asText()).isEqualTo("required");
    assertThat(answer.at("/rows/6/errors/0/field").asText()).isEqualTo("host");

    JsonNode again =
        send("{\"slug\":\"row-good\",\"difficulty\":4}," + good.replace("row-good", "row-new"))
            .json();
    assertThat(again.path("changed").asInt()).as("what a row leaves out stays").isEqualTo(1);
    assertThat(again.path("added").asInt()).isEqualTo(1);
    assertThat(send(good.replace("reps_based", "duration_based")).json().path("refused").asInt())
        .as("the kind never changes")
        .isEqualTo(1);
    assertThat(send("").status()).isEqualTo(400);
  }

  private static String row(String slug, String more) {
    return "{\"slug\":\"%s\",\"kind\":\"reps_based\",\"display_name\":\"A\"%s}"
        .formatted(slug, more);
  }

  /** What a row leaves out is not set back to what it was when the import began. */
  @Test
  void aChangeOfTheSameMomentIsNotLost() throws Exception {
    send(row("at-once", ""));
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Handle other = api.owner().open()) {
      other.begin();
      other.execute("UPDATE exercises SET description = 'Slowly.' WHERE slug = 'at-once'");
      Future<Answer> importing = threads.submit(() -> send(row("at-once", ",\"difficulty\":4")));
      awaitLocks(1);
      other.commit();
      assertThat(importing.get(20, TimeUnit.SECONDS).json().path("changed").asInt()).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
    JsonNode entry =
        api.get("/v1/admin/exercises?q=at%20once", SUPERADMIN).json().at("/exercises/0");
    assertThat(entry.path("description").asText()).isEqualTo("Slowly.");
    assertThat(entry.path("difficulty").asInt()).isEqualTo(4);
  }

  /** Each has entered one row that the other enters later. */
  @Test
  void twoImportsInOppositeOrdersDoNotWaitInACircle() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Handle other = api.owner().open()) {
      other.begin();
      for (String slug : new String[] {"circle-hold-1", "circle-hold-2"}) {
        other.execute(
            "INSERT INTO exercises (slug, kind, display_name) VALUES (?, 'reps_based', 'A')", slug);
      }
      List<Future<Answer>> imports =
          List.of(
              threads.submit(() -> send(rows("circle-x", "circle-hold-1", "circle-y"))),
              threads.submit(() -> send(rows("circle-y", "circle-hold-2", "circle-x"))));
      awaitLocks(2);
      other.rollback();
      for (Future<Answer> done : imports) {
        Answer answer = done.get(20, TimeUnit.SECONDS);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static String rows(String... slugs) {
    return Stream.of(slugs).map(slug -> row(slug, "")).collect(Collectors.joining(","));
  }

  private static void awaitLocks(int waiting) {
    Eventually.until(
        "the imports wait",
        () ->
            api.owner()
                    .withHandle(
                        handle ->
                            handle
                                .select(
                                    "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
                                .mapTo(Integer.class)
                                .one())
                >= waiting);
  }
}
