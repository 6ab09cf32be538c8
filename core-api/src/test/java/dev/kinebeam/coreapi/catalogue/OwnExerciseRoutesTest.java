package dev.kinebeam.coreapi.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class OwnExerciseRoutesTest {
  private static final String SPECIALIST = TestCoreApi.specialistToken();

  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static Answer post(String body, String key) throws Exception {
    HttpRequest.Builder request = api.post("/v2/exercises", SPECIALIST, body.getBytes(UTF_8));
    return api.send(key.isEmpty() ? request : request.header("Idempotency-Key", key));
  }

  private static JsonNode search(String words, String token) throws Exception {
    Answer answer = api.get("/v2/exercises?limit=700&q=" + URLEncoder.encode(words, UTF_8), token);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void anOwnDraftIsFoundByTheClinicAloneWhateverTheAccents() throws Exception {
    Answer made = post("{\"name\":\"Îndoiri ușoare\"}", "");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.json().path("kind").asText()).isEqualTo("duration_based");
    assertThat(made.json().path("status").asText()).isEqualTo("draft");
    JsonNode found = search("indoiri USOA", SPECIALIST);
    assertThat(found.path("total").asInt()).isEqualTo(1);
    assertThat(found.at("/exercises/0")).isEqualTo(made.json());
    String other = Tokens.of(Role.SPECIALIST, TestCoreApi.OTHER_ORG, UUID.randomUUID());
    assertThat(search("indoiri", other).path("exercises")).isEmpty();
    JsonNode admins =
        api.get(
                "/v1/admin/exercises/" + made.json().path("id").asText(),
                Tokens.of(Role.CLINIC_ADMIN, TestCoreApi.ORG, UUID.randomUUID()))
            .json();
    assertThat(admins.at("/categories/0").asText()).isEqualTo("other");
  }

  @Test
  void exercisesForAllAreFoundWhenTheyArePublished() throws Exception {
    assertThat(search("detensioning", SPECIALIST).at("/exercises/0/own").asBoolean(true)).isFalse();
    assertThat(search("%", SPECIALIST).path("exercises")).isEmpty();
    JsonNode page = api.get("/v2/exercises?limit=1&offset=0", SPECIALIST).json();
    assertThat(page.path("exercises")).hasSize(1);
    assertThat(page.path("total").asInt()).isPositive();
  }

  @Test
  void aRepeatedRequestEntersOneExercise() throws Exception {
    String key = UUID.randomUUID().toString();
    JsonNode first = post("{\"name\":\"Bend\",\"categoryId\":\"OTHER\"}", key).json();
    Answer again = post("{\"name\":\"Bend\"}", key);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json()).isEqualTo(first);
    assertThat(post("{\"name\":\"Other bend\"}", key).status()).isEqualTo(409);
  }

  @Test
  void whatIsWrongIsRefusedByName() throws Exception {
    assertThat(post("{}", "").firstError().path("field").asText()).isEqualTo("name");
    assertThat(
            post("{\"name\":\"x\",\"categoryId\":\"none\"}", "")
                .firstError()
                .path("field")
                .asText())
        .isEqualTo("categoryId");
    assertThat(api.get("/v2/exercises?limit=701", SPECIALIST).status()).isEqualTo(400);
  }
}
