package dev.kinebeam.web.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Route;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What the description of every interface has to fulfil: it says what the program does, and no
 * more.
 *
 * @param api the served interface
 * @param tokens a valid bearer token of a role
 */
public record InterfaceChecks(ApiClient api, List<Route> routes, Function<Role, String> tokens) {
  /** Every route is described with its roles, and no other. */
  public void requireRoutesDescribed() throws Exception {
    Answer answer = api.send(api.request("/openapi.json").GET());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    JsonNode paths = answer.json().path("paths");
    Set<String> described = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        described.add(operation.getKey() + " " + path.getKey());
      }
    }
    assertThat(described)
        .containsExactlyInAnyOrderElementsOf(
            routes.stream().map(route -> method(route) + " " + route.path()).toList());
    for (Route route : routes) {
      String summary = paths.path(route.path()).path(method(route)).path("summary").asText();
      route.roles().forEach(role -> assertThat(summary).contains(role.claim()));
      JsonNode security = paths.path(route.path()).path(method(route)).path("security");
      assertThat(security.isArray() && security.isEmpty())
          .as("%s says that it needs no token", route.name())
          .isEqualTo(route.isOpen());
    }
  }

  /** The description can be read in a browser. */
  public void requireDocsPage() throws Exception {
    Answer page = api.send(api.request("/docs").GET());
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    List<String> linked =
        Pattern.compile("(?:src|href)=\"(/[^\"]+)\"")
            .matcher(page.text())
            .results()
            .map(link -> link.group(1))
            .toList();
    assertThat(linked).hasSizeGreaterThan(3);
    for (String path : linked) {
      assertThat(api.send(api.request(path).GET()).status()).as(path).isEqualTo(200);
    }
  }

  /** Query parameters: those that the document names are those that the route takes. */
  public void requireParametersDescribed() throws Exception {
    for (Route route : routes) {
      Set<String> described = new TreeSet<>();
      for (JsonNode one : operation(route).path("parameters")) {
        if (one.path("in").asText().equals("query")) {
          described.add(one.path("name").asText());
        }
      }
      assertThat(route.handler().parameters())
          .as(route.path())
          .containsExactlyInAnyOrderElementsOf(described);
      if (!route.handler().passesOverOthers()) {
        requireRefused(route, "nonsense=1", "nonsense", "unknown_parameter");
        requireRefused(route, "Limit", "Limit", "unknown_parameter");
      }
      for (String name : described) {
        requireRefused(route, name + "=", name, "empty");
        requireRefused(route, name + "=%20", name, "empty");
        requireRefused(route, name + "=1&" + name + "=2", name, "repeated");
      }
    }
  }

  private void requireRefused(Route route, String query, String field, String code)
      throws Exception {
    String path = route.path().replaceAll("\\{[a-z]+}", UUID.randomUUID().toString());
    HttpRequest.Builder request = api.request(path + "?" + query);
    if (route.isOpen()) {
      request.header("Origin", "http://127.0.0.1:" + api.port());
    } else {
      request.header("Authorization", "Bearer " + tokens.apply(route.roles().iterator().next()));
    }
    Answer answer =
        api.send(request.method(route.method().name(), HttpRequest.BodyPublishers.noBody()));
    assertThat(answer.status()).as("%s?%s", route.path(), query).isEqualTo(400);
    assertThat(answer.firstError().path("field").asText()).as(query).isEqualTo(field);
    assertThat(answer.firstError().path("code").asText()).as(query).isEqualTo(code);
  }

  private JsonNode operation(Route route) {
    return api.contract().document().path("paths").path(route.path()).path(method(route));
  }

  private static String method(Route route) {
    return route.method().name().toLowerCase(Locale.ROOT);
  }
}
