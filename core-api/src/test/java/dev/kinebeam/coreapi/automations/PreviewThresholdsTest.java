package dev.kinebeam.coreapi.automations;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Thresholds are tried against the last week before they are set, and set on what was read. */
@Tag("servers")
class PreviewThresholdsTest {
  private static final String PATH = "/v1/clinic/alert-thresholds";
  private static TestCoreApi api;
  private static Instant at;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    at = Instant.now().minus(2, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS).plusSeconds(60);
    SessionRows rows = new SessionRows(api.owner());
    for (int i = 0; i < 10; i++) {
      rows.session(
          ORG,
          PATIENT,
          at.plusSeconds(i),
          Map.of("ttfb_ms", i < 3 ? 4_000L : 200L, "error_count", i == 0 ? 1 : 0));
      rows.session(OTHER_ORG, PATIENT, at.plusSeconds(i), Map.of("ttfb_ms", 9_000L));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static String admin(UUID org) {
    return Tokens.of(Role.CLINIC_ADMIN, org, UUID.randomUUID());
  }

  private static Answer preview(String rules) throws Exception {
    return api.send(
        api.post(
            PATH + "/preview", admin(ORG), ("{\"thresholds\": [" + rules + "]}").getBytes(UTF_8)));
  }

  @Test
  void whatTheDefaultsRaiseIsWhatThePresentOnesRaise() throws Exception {
    Answer answer = preview("");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode raised = answer.json().path("raised");
    assertThat(raised).as(answer.text()).hasSize(1);
    assertThat(raised.get(0).path("rule").asText()).isEqualTo("cdn_issue");
    assertThat(raised.get(0).path("by").asText()).isEqualTo("both");
    assertThat(raised.get(0).path("evidence").path("affected").asInt()).isEqualTo(3);
    assertThat(answer.json().path("complete").asBoolean()).isTrue();
    assertThat(answer.json().path("sessions").asInt()).isEqualTo(10);
  }

  @Test
  void thePresentOnesNeedNoBody() throws Exception {
    Answer present = api.get(PATH + "/preview", admin(ORG));
    assertThat(present.status()).as(present.text()).isEqualTo(200);
    assertThat(present.json().path("raised")).isEqualTo(preview("").json().path("raised"));
    assertThat(present.json().path("rules")).isEqualTo(preview("").json().path("rules"));
  }

  @Test
  void otherThresholdsAreComparedWithThePresentOnes() throws Exception {
    Answer answer =
        preview(
            "{\"rule\": \"cdn_issue\", \"threshold\": 0.5},"
                + " {\"rule\": \"content_quality\", \"threshold\": 0.05}");
    JsonNode json = answer.json();
    assertThat(json.path("raised")).as(answer.text()).hasSize(2);
    assertThat(json.path("raised").findValuesAsText("by"))
        .containsExactlyInAnyOrder("present", "wanted");
    assertThat(json.path("rules").get(0).toString())
        .isEqualTo("{\"rule\":\"cdn_issue\",\"wanted\":0,\"present\":1}");
    assertThat(json.path("rules").get(1).toString())
        .isEqualTo("{\"rule\":\"content_quality\",\"wanted\":1,\"present\":0}");
    assertThat(
            api.get(PATH, admin(ORG))
                .json()
                .path("thresholds")
                .get(0)
                .path("is_default")
                .asBoolean())
        .as("nothing is set")
        .isTrue();
  }

  @Test
  void wrongValuesAreNamed() throws Exception {
    Answer answer = preview("{\"rule\": \"cdn_issue\", \"threshold\": 2}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.firstError().path("field").asText()).isEqualTo("thresholds[0].threshold");
  }

  @Test
  void noMoreSessionsAreReadThanAllowed() {
    Database database = Database.over(api.databaseAs("core_api"));
    PastWeekReader.Read read =
        database.inOrg(ORG, handle -> PastWeekReader.read(handle, Instant.now(), 3_000, 3_000, 4));
    assertThat(read.sessions()).isEqualTo(4);
    assertThat(read.isComplete()).isFalse();
    assertThat(read.from()).isAfter(at.plus(Duration.ofHours(23)));
  }

  @Test
  void thresholdsThatWereChangedMeanwhileAreNotOverwritten() throws Exception {
    String token = admin(OTHER_ORG);
    String seen = api.get(PATH, token).header("ETag");
    String body = "{\"thresholds\": [{\"rule\": \"cdn_issue\", \"threshold\": 0.4}]}";
    assertThat(put(token, body, seen).status()).isEqualTo(200);
    assertThat(put(token, body, seen).status()).isEqualTo(412);
    assertThat(put(token, body, api.get(PATH, token).header("ETag")).status()).isEqualTo(200);
  }

  private static Answer put(String token, String body, String ifMatch) throws Exception {
    return api.send(
        api.request(PATH)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("If-Match", ifMatch)
            .PUT(HttpRequest.BodyPublishers.ofString(body)));
  }
}
