package dev.kinebeam.coreapi.providers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.http.HttpRequest;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Credentials by their routes, with the Core API's own rights. */
@Tag("servers")
class ProviderRoutesScenarioTest {
  private static final String PATH = "/v1/admin/providers";
  private static final UUID ANN = UUID.randomUUID();
  private static final String SUPERADMIN = Tokens.of(Role.SUPERADMIN, TestCoreApi.ORG, ANN);

  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static Answer put(String body) throws Exception {
    return api.send(
        api.request(PATH)
            .header("Authorization", "Bearer " + SUPERADMIN)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(body.getBytes(UTF_8))));
  }

  private static JsonNode secret(JsonNode answer, String provider, String name) {
    for (JsonNode one : answer.path("providers")) {
      for (JsonNode secret : one.path("secrets")) {
        if (one.path("provider").asText().equals(provider)
            && secret.path("name").asText().equals(name)) {
          return secret;
        }
      }
    }
    throw new AssertionError(answer.toString());
  }

  @Test
  void secretsAreWrittenAndNeverAnswered() throws Exception {
    JsonNode before = api.get(PATH, SUPERADMIN).json();
    assertThat(secret(before, "bunny_stream", "read_only_key").path("source").asText())
        .isEqualTo("environment");
    assertThat(secret(before, "cloudflare_stream", "api_token").path("source").asText())
        .isEqualTo("none");

    Answer written =
        put(
            """
            {"provider":"cloudflare_stream","settings":{"account_id":"an-account"},
             "secrets":{"api_token":"a-token-of-cloudflare"}}
            """);
    assertThat(written.status()).as(written.text()).isEqualTo(200);
    Answer read = api.get(PATH, SUPERADMIN);
    assertThat(read.json()).isEqualTo(written.json());
    assertThat(read.text()).contains("an-account", ANN.toString()).doesNotContain("a-token");
    JsonNode token = secret(read.json(), "cloudflare_stream", "api_token");
    assertThat(token.path("source").asText()).isEqualTo("database");
    assertThat(token.path("readable").asBoolean()).isTrue();
    assertThat(token.path("key_id")).isEqualTo(read.json().path("key_ids").path(0));

    JsonNode removed =
        put("{\"provider\":\"cloudflare_stream\",\"secrets\":{\"api_token\":null}}").json();
    assertThat(secret(removed, "cloudflare_stream", "api_token").path("source").asText())
        .isEqualTo("none");
    assertThat(removed.toString()).contains("an-account");
  }

  @Test
  void whatIsWrongIsNamedAndNoSecretIsRepeated() throws Exception {
    for (String[] wrong :
        new String[][] {
          {"provider", "{}"},
          {"provider", "{\"provider\":\"aws\"}"},
          {"password", "{\"provider\":\"bunny_stream\",\"password\":\"hunter22\"}"},
          {"secrets", "{\"provider\":\"bunny_stream\",\"secrets\":\"hunter22\"}"},
          {"secrets.token", "{\"provider\":\"bunny_stream\",\"secrets\":{\"token\":\"hunter22\"}}"},
          {
            "secrets.api_token",
            "{\"provider\":\"bunny_stream\",\"secrets\":{\"api_token\":\"hunter22\"}}"
          },
          {
            "secrets.read_only_key",
            "{\"provider\":\"bunny_stream\",\"secrets\":{\"read_only_key\":\"hunter2\"}}"
          },
          {
            "secrets.read_only_key",
            "{\"provider\":\"bunny_stream\",\"secrets\":{\"read_only_key\":\"hunter22 \"}}"
          },
          {"settings", "{\"provider\":\"bunny_stream\",\"settings\":[]}"},
          {
            "settings.library_id", "{\"provider\":\"bunny_stream\",\"settings\":{\"library_id\":7}}"
          },
          {"settings.x", "{\"provider\":\"bunny_stream\",\"settings\":{\"x\":\"y\"}}"},
        }) {
      Answer answer = put(wrong[1]);
      assertThat(answer.status()).as(wrong[1]).isEqualTo(400);
      assertThat(answer.firstError().path("field").asText()).as(wrong[1]).isEqualTo(wrong[0]);
      assertThat(answer.text()).doesNotContain("hunter2");
    }
  }
}
