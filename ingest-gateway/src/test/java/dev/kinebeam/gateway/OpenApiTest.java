package dev.kinebeam.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.gateway.TestGateway.Answer;
import dev.kinebeam.gateway.http.Route;
import dev.kinebeam.schemas.event.EventType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The description of the interface says what the gateway does, and no more. */
class OpenApiTest {
  @Test
  void everyRouteIsDescribedWithItsRolesAndNoOther() throws Exception {
    try (TestGateway gateway = TestGateway.start()) {
      Answer answer = gateway.send(gateway.request("/openapi.json").GET());
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
      JsonNode paths = answer.json().path("paths");

      Set<String> described = new TreeSet<>();
      for (Map.Entry<String, JsonNode> path : paths.properties()) {
        for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
          described.add(operation.getKey() + " " + path.getKey());
        }
      }
      List<Route> routes = gateway.routes();
      assertThat(described)
          .containsExactlyInAnyOrderElementsOf(
              routes.stream().map(route -> method(route) + " " + route.path()).toList());
      for (Route route : routes) {
        String summary = paths.path(route.path()).path(method(route)).path("summary").asText();
        route.roles().forEach(role -> assertThat(summary).contains(role.claim()));
      }
      assertThat(eventTypes(answer.json()))
          .containsExactlyInAnyOrderElementsOf(
              List.of(EventType.values()).stream()
                  .map(type -> type.name().toLowerCase(Locale.ROOT))
                  .toList());
    }
  }

  @Test
  void theDescriptionCanBeReadInABrowser() throws Exception {
    try (TestGateway gateway = TestGateway.start()) {
      Answer page = gateway.send(gateway.request("/docs").GET());
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
        assertThat(gateway.send(gateway.request(path).GET()).status()).as(path).isEqualTo(200);
      }
    }
  }

  private static String method(Route route) {
    return route.method().name().toLowerCase(Locale.ROOT);
  }

  private static Set<String> eventTypes(JsonNode document) {
    JsonNode types = document.at("/components/schemas/Event/properties/event/enum");
    return StreamSupport.stream(types.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.toSet());
  }
}
