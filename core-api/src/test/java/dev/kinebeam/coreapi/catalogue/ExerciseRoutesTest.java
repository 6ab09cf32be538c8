package dev.kinebeam.coreapi.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Drafts are entered, changed, archived and merged, over HTTP and under row-level security. */
@Tag("servers")
class ExerciseRoutesTest {
  private static final String ALL = "/v1/admin/exercises";
  private static final UUID CURATOR = UUID.randomUUID();
  private static final String SUPERADMIN = Tokens.of(Role.SUPERADMIN, TestCoreApi.ORG, CURATOR);
  private static final String ADMIN =
      Tokens.of(Role.CLINIC_ADMIN, TestCoreApi.ORG, UUID.randomUUID());
  private static final String OTHER_ADMIN =
      Tokens.of(Role.CLINIC_ADMIN, TestCoreApi.OTHER_ORG, UUID.randomUUID());
  private static TestCoreApi api;
  private static int made;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    for (String body :
        List.of(
            "{\"slug\":\"back\",\"name\":\"Back\",\"translations\":{\"ro\":{\"name\":\"Spate\"}}}",
            "{\"slug\":\"neck\",\"name\":\"Neck\"}")) {
      assertThat(post("/v1/admin/exercise-body-regions", SUPERADMIN, body).status()).isEqualTo(201);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static Answer post(String path, String token, String body) throws Exception {
    return api.send(api.post(path, token, body.getBytes(UTF_8)));
  }

  private static Answer patch(String path, String token, String tag, String body) throws Exception {
    HttpRequest.Builder request =
        api.request(path)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString(body));
    return api.send(tag.isEmpty() ? request : request.header("If-Match", tag));
  }

  private static String slug() {
    return "exercise-" + ++made;
  }

  private static Answer create(String slug) throws Exception {
    return post(
        ALL,
        SUPERADMIN,
        "{\"slug\":\"%s\",\"kind\":\"reps_based\",\"display_name\":\"Neck turns\"}"
            .formatted(slug));
  }

  private static String path(Answer created) {
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    return ALL + "/" + created.json().path("id").asText();
  }

  @Test
  void aDraftIsEnteredReadAndChangedByWhoeverReadItLast() throws Exception {
    Answer created = create(slug());
    String path = path(created);
    assertThat(created.header("Location")).isEqualTo(path);
    assertThat(created.json().path("status").asText()).isEqualTo("draft");
    assertThat(created.json().path("media_id").asText()).matches("[0-9a-f]{32}");
    String tag = created.header("ETag");
    String change =
        """
        {"translations":{"ro":{"display_name":"Întoarceri"}},"difficulty":2,"body_regions":["neck"],
         "instructions":[{"kind":"step","text":{"ro":"Întoarce capul."}}],
         "contraindications":[{"severity":"warning","text":{"ro":"Amețeli."}}]}
        """;
    assertThat(patch(path, SUPERADMIN, "", change).status()).isEqualTo(428);
    Answer changed = patch(path, SUPERADMIN, tag, change);
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);
    assertThat(patch(path, SUPERADMIN, tag, "{\"difficulty\":3}").status()).isEqualTo(412);
    Answer read = api.get(path, SUPERADMIN);
    assertThat(read.header("ETag")).isEqualTo(changed.header("ETag")).isNotEqualTo(tag);
    assertThat(read.json().path("difficulty").asInt()).isEqualTo(2);
    assertThat(read.json().at("/instructions/0/text/ro").asText()).isEqualTo("Întoarce capul.");
    Answer same = patch(path, SUPERADMIN, read.header("ETag"), change);
    assertThat(same.header("ETag")).as("nothing differs").isEqualTo(read.header("ETag"));
    assertThat(patch(path, SUPERADMIN, "*", "{\"difficulty\":null}").json().has("difficulty"))
        .isFalse();
    assertThat(actions(created))
        .contains(
            CURATOR + " exercise.added",
            CURATOR + " exercise.changed",
            CURATOR + " exercise.parts_added");
  }

  private static List<String> actions(Answer exercise) {
    return api.owner()
        .withHandle(
            handle ->
                handle
                    .select(
                        "SELECT actor || ' ' || action FROM audit_log WHERE subject = ?",
                        exercise.json().path("id").asText())
                    .mapTo(String.class)
                    .list());
  }

  @Test
  void ofTwoChangesOfOneRevisionOneIsMade() throws Exception {
    Answer created = create(slug());
    String path = path(created);
    List<Integer> statuses =
        atOnce(
            () -> patch(path, SUPERADMIN, created.header("ETag"), "{\"difficulty\":1}").status(),
            () -> patch(path, SUPERADMIN, created.header("ETag"), "{\"difficulty\":2}").status());
    assertThat(statuses).containsExactlyInAnyOrder(200, 412);
  }

  @Test
  void ofTwoMergesIntoEachOtherOneIsMade() throws Exception {
    String first = path(create(slug()));
    String second = path(create(slug()));
    List<Integer> statuses =
        atOnce(() -> merge(first, second).status(), () -> merge(second, first).status());
    assertThat(statuses).containsExactlyInAnyOrder(200, 409);
  }

  private static <T> List<T> atOnce(Callable<T> one, Callable<T> other) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(List.of(one, other))) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "slug | \"../evil\" | bad_format",
        "slug | \"UPPER\" | bad_format",
        "slug | 7 | bad_format",
        "kind | \"singing\" | out_of_range",
        "display_name | \"\" | required",
        "display_name | \"<b>bold</b>\" | markup",
        "display_name | \"a\\u202eb\" | bad_character",
        "display_name | \"a\\u0000b\" | bad_character",
        "display_name | \"a\\nb\" | bad_character",
        "difficulty | 9 | out_of_range",
        "body_regions | [\"tail\"] | unknown_term",
        "body_regions | \"neck\" | wrong_type",
        "translations | {\"Romanian\":{}} | bad_format",
        "translations | {\"ro\":{\"name\":\"x\"}} | unknown_field",
        "instructions | [{\"kind\":\"song\",\"text\":{\"ro\":\"x\"}}] | out_of_range",
        "instructions | [{\"kind\":\"step\",\"text\":{}}] | required",
        "instructions | [{\"kind\":\"step\",\"text\":{\"ro\":\"<script>\"}}] | markup",
        "tracking | {\"model\":\"m\"} | out_of_range",
        "colour | \"blue\" | unknown_field",
      })
  void whatIsWrongIsNamed(String field, String value, String code) throws Exception {
    JsonNode fields =
        Json.MAPPER.readTree(
            "{\"slug\":\"%s\",\"kind\":\"reps_based\",\"display_name\":\"A\"}".formatted(slug()));
    ((ObjectNode) fields).set(field, Json.MAPPER.readTree(value));
    Answer answer = post(ALL, SUPERADMIN, fields.toString());
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.firstError().path("code").asText()).as(answer.text()).isEqualTo(code);
    assertThat(answer.firstError().path("field").asText()).startsWith(field);
  }

  @Test
  void namesMayBeLongAndOfAnyScriptButNotEndless() throws Exception {
    String body = "{\"slug\":\"%s\",\"kind\":\"reps_based\",\"display_name\":\"%s\"}";
    Answer arabic = post(ALL, SUPERADMIN, body.formatted(slug(), "تمارين الرقبة"));
    assertThat(arabic.json().path("display_name").asText()).isEqualTo("تمارين الرقبة");
    assertThat(post(ALL, SUPERADMIN, body.formatted(slug(), "é".repeat(200))).status())
        .isEqualTo(201);
    Answer endless = post(ALL, SUPERADMIN, body.formatted(slug(), "é".repeat(500)));
    assertThat(endless.status()).isEqualTo(400);
    assertThat(endless.firstError().path("code").asText()).isEqualTo("too_long");
  }

  @Test
  void nothingIsDeleted() throws Exception {
    String path = path(create(slug()));
    Answer refused =
        api.send(api.request(path).header("Authorization", "Bearer " + SUPERADMIN).DELETE());
    assertThat(refused.status()).isEqualTo(405);
    assertThat(refused.header("Allow")).isEqualTo("GET, HEAD, PATCH");
    assertThat(post(path + "/restore", SUPERADMIN, "{}").status()).as("a draft").isEqualTo(200);
    assertThat(post(path + "/archive", SUPERADMIN, "{}").status()).isEqualTo(200);
    assertThat(post(path + "/unpublish", SUPERADMIN, "{}").status()).isEqualTo(409);
    Answer restored = post(path + "/restore", SUPERADMIN, "{}");
    assertThat(restored.json().path("status").asText()).isEqualTo("draft");
  }

  @Test
  void aRepeatedRequestEntersOneExercise() throws Exception {
    String body = "{\"kind\":\"reps_based\",\"display_name\":\"Gât întins\"}";
    Answer first = keyed(body);
    Answer second = keyed(body);
    assertThat(first.status()).as(first.text()).isEqualTo(201);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.json().path("id")).isEqualTo(first.json().path("id"));
    assertThat(first.json().path("slug").asText()).matches("gat-intins-[a-z0-9]{6}");
  }

  /** Nothing is lost: neither is the second request's exercise taken for the first's. */
  @Test
  void aKeyOfAnotherRequestIsRefused() throws Exception {
    String body = "{\"kind\":\"reps_based\",\"display_name\":\"%s\",\"difficulty\":%d}";
    Answer first = keyed("k-2", body.formatted("Bend", 1));
    for (String other :
        List.of(
            body.formatted("Stretch", 1),
            body.formatted("Bend", 2),
            body.formatted("Bend", 1).replace("reps_based", "duration_based"))) {
      Answer refused = keyed("k-2", other);
      assertThat(refused.status()).as(other).isEqualTo(409);
      assertThat(refused.firstError().path("field").asText()).isEqualTo("Idempotency-Key");
    }
    patch(path(first), ADMIN, "*", "{\"difficulty\":3}");
    assertThat(keyed("k-2", body.formatted("Bend", 1)).status()).as("changed since").isEqualTo(200);
  }

  /** A tsvector has no room for a word of 2 KB, and a text without spaces is one word. */
  @Test
  void aWordOfAnyLengthIsFoundByItsBeginning() throws Exception {
    String slug = slug();
    String body =
        "{\"slug\":\"%s\",\"kind\":\"reps_based\",\"display_name\":\"Long\",\"description\":\"%s\"}"
            .formatted(slug, "q".repeat(2048));
    assertThat(post(ALL, SUPERADMIN, body).status()).isEqualTo(201);
    for (int length : new int[] {4, 3000}) {
      Answer found = api.get(ALL + "?q=" + "q".repeat(length), SUPERADMIN);
      assertThat(found.status()).as(found.text()).isEqualTo(200);
      assertThat(found.json().findValuesAsText("slug")).containsExactly(slug);
    }
  }

  private static Answer keyed(String body) throws Exception {
    return keyed("k-1", body);
  }

  private static Answer keyed(String key, String body) throws Exception {
    return api.send(api.post(ALL, ADMIN, body.getBytes(UTF_8)).header("Idempotency-Key", key));
  }

  @Test
  void anOwnExerciseIsSeenByItsOrganizationAndThePlatformAlone() throws Exception {
    Answer own = post(ALL, ADMIN, "{\"kind\":\"reps_based\",\"display_name\":\"Own\"}");
    String path = path(own);
    String specialist = Tokens.of(Role.SPECIALIST, TestCoreApi.ORG, UUID.randomUUID());
    assertThat(own.json().path("organization_id").asText()).isEqualTo(TestCoreApi.ORG.toString());
    assertThat(api.get(path, specialist).status()).isEqualTo(200);
    assertThat(api.get(path, SUPERADMIN).status()).isEqualTo(200);
    assertThat(api.get(path, OTHER_ADMIN).status()).isEqualTo(404);
    assertThat(patch(path, OTHER_ADMIN, "*", "{\"difficulty\":1}").status()).isEqualTo(404);
    assertThat(post(path + "/archive", OTHER_ADMIN, "{}").status()).isEqualTo(404);
    assertThat(api.get(ALL + "?q=own", OTHER_ADMIN).json().path("exercises")).isEmpty();
    assertThat(api.get(ALL + "?q=own", ADMIN).json().path("exercises")).hasSize(1);
    Answer changed = patch(path, ADMIN, own.header("ETag"), "{\"difficulty\":1}");
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);
    assertThat(
            post(ALL, ADMIN, "{\"slug\":\"a\",\"kind\":\"reps_based\",\"display_name\":\"Own\"}")
                .firstError()
                .path("field")
                .asText())
        .isEqualTo("slug");
  }

  @Test
  void whatIsForAllIsReadByAllAndChangedByThePlatform() throws Exception {
    Answer common = create(slug());
    String path = path(common);
    assertThat(api.get(path, ADMIN).status()).isEqualTo(200);
    assertThat(patch(path, ADMIN, common.header("ETag"), "{\"difficulty\":1}").status())
        .isEqualTo(403);
    assertThat(post(path + "/archive", ADMIN, "{}").status()).isEqualTo(403);
    assertThat(api.get(path, SUPERADMIN).header("ETag")).isEqualTo(common.header("ETag"));
  }

  @Test
  void theListIsPagedAndFilteredWholly() throws Exception {
    String token = slug();
    for (int i = 0; i < 3; i++) {
      create(token + "-page-" + i);
    }
    assertThat(api.get(ALL + "?q=page%20turns&limit=200", SUPERADMIN).json().path("exercises"))
        .hasSizeGreaterThanOrEqualTo(3);
    int seen = 0;
    String next = "";
    do {
      JsonNode page = api.get(ALL + "?q=page&limit=2" + next, SUPERADMIN).json();
      seen += page.path("exercises").size();
      next = page.has("next") ? "&cursor=" + page.path("next").asText() : "";
    } while (!next.isEmpty());
    assertThat(seen).isEqualTo(3);
    assertThat(api.get(ALL + "?status=lost", SUPERADMIN).status()).isEqualTo(400);
    assertThat(api.get(ALL + "?q=page&status=archived", SUPERADMIN).json().path("exercises"))
        .isEmpty();
  }

  @Test
  void mergesFollowEachOtherAndNeverGoInACircle() throws Exception {
    String first = path(create(slug()));
    String second = path(create(slug()));
    String third = path(create(slug()));
    assertThat(merge(first, first).status()).as("into itself").isEqualTo(409);
    Answer merged = merge(first, second);
    assertThat(merged.status()).as(merged.text()).isEqualTo(200);
    assertThat(merged.json().path("status").asText()).isEqualTo("archived");
    assertThat(merge(first, second).header("ETag")).as("again").isEqualTo(merged.header("ETag"));
    Answer circle = merge(second, first);
    assertThat(circle.status()).isEqualTo(409);
    assertThat(circle.firstError().path("code").asText()).isEqualTo("circle");
    assertThat(merge(second, third).status()).isEqualTo(200);
    assertThat(replacedBy(first)).as("links follow").isEqualTo(id(third));
    assertThat(merge(third, first).firstError().path("code").asText()).isEqualTo("circle");
    assertThat(merge(path(create(slug())), first).firstError().path("code").asText())
        .isEqualTo("replaced");
    assertThat(post(first + "/merge", SUPERADMIN, "{\"into\":\"x\"}").status()).isEqualTo(400);
    Answer back = post(first + "/restore", SUPERADMIN, "{}");
    assertThat(back.json().has("replaced_by")).as("taken back").isFalse();
  }

  private static Answer merge(String one, String into) throws Exception {
    return post(one + "/merge", SUPERADMIN, "{\"into\":\"" + id(into) + "\"}");
  }

  private static String id(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String replacedBy(String path) throws Exception {
    return api.get(path, SUPERADMIN).json().path("replaced_by").asText();
  }

  @Test
  void theVocabularyIsThePlatforms() throws Exception {
    String all = "/v1/admin/exercise-equipment";
    Answer band = post(all, SUPERADMIN, "{\"slug\":\"band\",\"name\":\"Band\"}");
    String one = all + "/" + band.json().path("id").asText();
    assertThat(post(all, SUPERADMIN, "{\"slug\":\"band\",\"name\":\"B\"}").status()).isEqualTo(409);
    assertThat(post(all, ADMIN, "{\"slug\":\"mat\",\"name\":\"Mat\"}").status()).isEqualTo(403);
    assertThat(api.get(all, ADMIN).json().path("terms")).hasSize(1);
    Answer named =
        patch(
            one,
            SUPERADMIN,
            band.header("ETag"),
            "{\"translations\":{\"ro\":{\"name\":\"Bandă\"}}}");
    assertThat(named.json().path("revision").asInt()).as(named.text()).isEqualTo(2);
    assertThat(patch(one, SUPERADMIN, band.header("ETag"), "{\"name\":\"x\"}").status())
        .isEqualTo(412);
    String used = path(create(slug()));
    assertThat(patch(used, SUPERADMIN, "*", "{\"equipment\":[\"band\"]}").status()).isEqualTo(200);
    assertThat(delete(one).status()).as("in use").isEqualTo(409);
    assertThat(patch(used, SUPERADMIN, "*", "{\"equipment\":[]}").status()).isEqualTo(200);
    assertThat(delete(one).status()).isEqualTo(200);
    assertThat(delete(one).status()).isEqualTo(404);
  }

  private static Answer delete(String path) throws Exception {
    return api.send(api.request(path).header("Authorization", "Bearer " + SUPERADMIN).DELETE());
  }
}
