package dev.kinebeam.coreapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.Route;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.http.HttpRequest;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every route with every role of both organisations: who may take it, and sees only its own. */
@Tag("servers")
class RoleMatrixScenarioTest {
  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static String token(Role role, UUID org) {
    return Tokens.of(role, org, UUID.randomUUID());
  }

  private static Answer call(Route route, String path, String token) throws Exception {
    HttpRequest.Builder request = api.request(path).header("Authorization", "Bearer " + token);
    boolean body = Set.of(Method.POST, Method.PUT, Method.PATCH).contains(route.method());
    if (body) {
      request.header("Content-Type", "application/json");
    }
    return api.send(
        request.method(
            route.method().name(),
            body
                ? HttpRequest.BodyPublishers.ofString("[]")
                : HttpRequest.BodyPublishers.noBody()));
  }

  private static List<Route> closed() {
    return api.routes().stream().filter(route -> !route.isOpen()).toList();
  }

  @Test
  void theRoutesThatNeedNoTokenAreThoseOfSigningInAndOfSignedMessages() {
    assertThat(api.routes().stream().filter(Route::isOpen).map(Route::path))
        .allMatch(
            path ->
                path.startsWith("/auth/")
                    || path.equals("/.well-known/jwks.json")
                    || path.equals("/webhooks/video-ready/{provider}"));
  }

  /** As with tokens; services have no browsers. */
  @Test
  void aRouteTakesTheSessionsOfTheRolesThatItNames() throws Exception {
    Map<Role, UUID> people = new EnumMap<>(Role.class);
    for (Role role : List.of(Role.PATIENT, Role.SPECIALIST, Role.CLINIC_ADMIN)) {
      people.put(role, UUID.randomUUID());
      api.person(TestCoreApi.ORG, people.get(role), role.claim());
    }
    people.put(Role.SUPERADMIN, UUID.fromString("00000000-0000-4000-8000-000000000001"));
    for (Map.Entry<Role, UUID> person : people.entrySet()) {
      String cookie = api.signIn(person.getValue());
      for (Route route : closed()) {
        String path = route.path().replaceAll("\\{[a-z]+}", UUID.randomUUID().toString());
        HttpRequest.Builder request =
            api.request(path + "?nonsense=1")
                .header("Cookie", cookie)
                .method(route.method().name(), HttpRequest.BodyPublishers.noBody());
        boolean takes = route.roles().contains(person.getKey());
        String what = route.name() + " as " + person.getKey();
        if (route.method() != Method.GET) {
          assertThat(api.send(request).status()).as("%s of another origin", what).isEqualTo(403);
          request.header("Origin", "http://127.0.0.1:" + api.port());
        }
        assertThat(api.send(request).status()).as(what).isEqualTo(takes ? 400 : 403);
      }
    }
  }

  /** An unknown parameter is refused after the role, so that no stream is opened. */
  @Test
  void aRouteTakesTheRolesThatItNamesAndNoOther() throws Exception {
    for (Route route : closed()) {
      String path = route.path().replaceAll("\\{[a-z]+}", UUID.randomUUID().toString());
      for (Role role : Role.values()) {
        for (UUID org : new UUID[] {TestCoreApi.ORG, TestCoreApi.OTHER_ORG}) {
          int status = call(route, path + "?nonsense=1", token(role, org)).status();
          assertThat(status)
              .as("%s %s as %s", route.method(), route.path(), role.claim())
              .isEqualTo(route.roles().contains(role) ? 400 : 403);
        }
      }
      assertThat(
              api.send(
                      api.request(path)
                          .method(route.method().name(), HttpRequest.BodyPublishers.noBody()))
                  .status())
          .as("%s %s without a token", route.method(), route.path())
          .isEqualTo(401);
    }
  }

  @Test
  void anOrganizationsWebhooksAreItsOwn() throws Exception {
    String own = token(Role.SERVICE, TestCoreApi.ORG);
    Answer made =
        api.send(
            api.post(
                "/v1/webhooks",
                own,
                "{\"url\":\"https://a.example/\",\"events\":[\"render.ready\"]}".getBytes(UTF_8)));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String one = "/v1/webhooks/" + made.json().path("id").asText();
    String other = token(Role.SERVICE, TestCoreApi.OTHER_ORG);
    assertThat(api.get("/v1/webhooks", own).json().path("webhooks")).hasSize(1);
    assertThat(api.get("/v1/webhooks", other).json().path("webhooks")).isEmpty();
    assertThat(api.get(one + "/deliveries", own).status()).isEqualTo(200);
    assertThat(api.get(one + "/deliveries", other).status()).isEqualTo(404);
    assertThat(delete(one, other)).isEqualTo(404);
    assertThat(delete(one, own)).isEqualTo(200);
    assertThat(delete(one, own)).isEqualTo(404);
    String unknown = "11111111-2222-4333-8444-555555555555";
    Answer refused =
        api.send(
            api.post(
                "/v1/webhooks",
                token(Role.SERVICE, UUID.fromString(unknown)),
                "{\"url\":\"https://a.example/\",\"events\":[\"render.ready\"]}".getBytes(UTF_8)));
    assertThat(refused.status()).as(refused.text()).isEqualTo(409);
    assertThat(refused.text()).contains(unknown, "org add");
  }

  private static int delete(String path, String token) throws Exception {
    return api.send(api.request(path).header("Authorization", "Bearer " + token).DELETE()).status();
  }
}
