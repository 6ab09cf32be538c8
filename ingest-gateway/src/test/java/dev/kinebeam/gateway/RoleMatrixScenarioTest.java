package dev.kinebeam.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.Route;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.http.HttpRequest;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every route with every role of both organisations, and with no token. */
@Tag("servers")
class RoleMatrixScenarioTest {
  private static final String RECIPE =
      """
      {"exercise":"lumbar-detensioning","language":"ro","sets":[{"side":"left","reps":10}]}
      """;
  private static final Set<Role> LOOKING_UP =
      Set.of(Role.SERVICE, Role.SPECIALIST, Role.CLINIC_ADMIN, Role.SUPERADMIN);

  private static TestGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = TestGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static HttpRequest.Builder request(TestGateway to, Route route, String query) {
    String path = route.path().replaceAll("\\{[a-z]+}", UUID.randomUUID().toString());
    HttpRequest.Builder request = to.request(path + query);
    if (route.method() == Method.GET) {
      return request.GET();
    }
    return request
        .header("Content-Type", "application/json")
        .method(route.method().name(), HttpRequest.BodyPublishers.ofString("[]"));
  }

  private static String token(Role role, UUID org) {
    return Tokens.of(role, org, UUID.randomUUID());
  }

  /** An unknown parameter is refused after the role. */
  @Test
  void aRouteTakesTheRolesThatItNamesAndNoOther() throws Exception {
    for (Route route : gateway.routes()) {
      for (Role role : Role.values()) {
        for (UUID org : new UUID[] {TestGateway.ORG, TestGateway.OTHER_ORG}) {
          HttpRequest.Builder request =
              request(gateway, route, "?nonsense=1")
                  .header("Authorization", "Bearer " + token(role, org));
          assertThat(gateway.send(request).status())
              .as("%s as %s", route.name(), role.claim())
              .isEqualTo(route.roles().contains(role) ? 400 : 403);
        }
      }
      assertThat(gateway.send(request(gateway, route, "")).status())
          .as("%s without a token", route.name())
          .isEqualTo(401);
    }
  }

  @Test
  void rendersAreOrderedByServicesAndLookedUpByStaffOfEveryOrganisation() throws Exception {
    Answer ordered = compose(gateway, token(Role.SERVICE, TestGateway.ORG));
    assertThat(ordered.status()).as(ordered.text()).isEqualTo(202);
    String render = "/v1/renders/" + ordered.json().path("render_id").asText();
    for (Role role : Role.values()) {
      for (UUID org : new UUID[] {TestGateway.ORG, TestGateway.OTHER_ORG}) {
        String token = token(role, org);
        assertThat(gateway.get(render, token).status())
            .as("%s looks up", role.claim())
            .isEqualTo(LOOKING_UP.contains(role) ? 200 : 403);
        assertThat(compose(gateway, token).status())
            .as("%s orders", role.claim())
            .isEqualTo(role == Role.SERVICE ? 202 : 403);
      }
    }
  }

  private static Answer compose(TestGateway to, String token) throws Exception {
    return to.send(
        to.post("/v1/compose", token, RECIPE.getBytes(UTF_8)).header("Prefer", "respond-async"));
  }

  @Test
  void whereNoTokenOfTheComposerIsSetCallersWithoutATokenOrderAndDoNothingElse() throws Exception {
    try (TestGateway open = TestGateway.withoutComposerToken()) {
      Answer ordered =
          open.send(
              open.request("/v1/compose")
                  .header("Content-Type", "application/json")
                  .header("Prefer", "respond-async")
                  .POST(HttpRequest.BodyPublishers.ofString(RECIPE)));
      assertThat(ordered.status()).as(ordered.text()).isEqualTo(202);
      for (Route route : open.routes()) {
        if (!route.path().equals("/v1/compose")) {
          assertThat(open.send(request(open, route, "")).status())
              .as("%s without a token", route.name())
              .isEqualTo(401);
        }
      }
      String own = ordered.header("Location");
      assertThat(open.send(open.request(own).GET()).status()).isEqualTo(401);
      assertThat(compose(open, "guessed").status()).isEqualTo(401);
    }
  }
}
