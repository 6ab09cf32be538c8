package dev.kinebeam.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.gateway.TestGateway.Answer;
import dev.kinebeam.gateway.auth.Role;
import dev.kinebeam.gateway.auth.Tokens;
import dev.kinebeam.gateway.http.Route;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.EventType;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The description of the interface says what the gateway does, and no more. */
class OpenApiTest {
  private static TestGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = TestGateway.start();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  @Test
  void everyRouteIsDescribedWithItsRolesAndNoOther() throws Exception {
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

  @Test
  void theDescriptionCanBeReadInABrowser() throws Exception {
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

  /** Query parameters: those that the document names are those that the route takes. */
  @Test
  void everyQueryParameterIsDescribedAndEveryOtherIsRefusedByName() throws Exception {
    for (Route route : gateway.routes()) {
      Set<String> described = new TreeSet<>();
      for (JsonNode one : operation(route).path("parameters")) {
        if (one.path("in").asText().equals("query")) {
          described.add(one.path("name").asText());
        }
      }
      assertThat(route.handler().parameters())
          .as(route.path())
          .containsExactlyInAnyOrderElementsOf(described);
      requireRefused(route, "nonsense=1", "nonsense", "unknown_parameter");
      requireRefused(route, "Limit", "Limit", "unknown_parameter");
      for (String name : described) {
        requireRefused(route, name + "=", name, "empty");
        requireRefused(route, name + "=%20", name, "empty");
        requireRefused(route, name + "=1&" + name + "=2", name, "repeated");
      }
    }
  }

  private static void requireRefused(Route route, String query, String field, String code)
      throws Exception {
    Role role = route.roles().iterator().next();
    String token =
        role == Role.SERVICE
            ? TestGateway.COMPOSER
            : Tokens.of(role, TestGateway.ORG, TestGateway.PATIENT);
    String path = route.path().replaceAll("\\{[a-z]+}", UUID.randomUUID().toString());
    HttpRequest.Builder request =
        gateway.request(path + "?" + query).header("Authorization", "Bearer " + token);
    Answer answer =
        gateway.send(request.method(route.method().name(), HttpRequest.BodyPublishers.noBody()));
    assertThat(answer.status()).as("%s?%s", route.path(), query).isEqualTo(400);
    assertThat(answer.firstError().path("field").asText()).as(query).isEqualTo(field);
    assertThat(answer.firstError().path("code").asText()).as(query).isEqualTo(code);
  }

  /** The document and the JSON Schema that players are given say the same of every event's data. */
  @ParameterizedTest
  @EnumSource(EventType.class)
  void anEventHasTheSameDataInBothSchemas(EventType type) throws Exception {
    JsonNode event = schema("media-event");
    JsonNode data = null;
    for (JsonNode rule : event.path("allOf")) {
      if (rule.at("/if/properties/event/const").asText().equals(type.wireName())) {
        data = rule.at("/then/properties/data/properties");
      }
    }
    JsonNode schemas = Contract.document().at("/components/schemas");
    String mapped = schemas.at("/Event/discriminator/mapping").path(type.wireName()).asText();
    JsonNode described = Contract.document().at(mapped.substring(1));
    assertThat(described.at("/allOf/1/properties/event/const").asText()).isEqualTo(type.wireName());
    String ofData = described.at("/allOf/1/properties/data/anyOf/0/$ref").asText();
    assertThat(Contract.document().at(ofData.substring(1)).path("properties")).isEqualTo(data);
    ObjectNode fields = event.path("properties").deepCopy();
    fields.remove(List.of("event", "data"));
    assertThat(schemas.at("/EventFields/properties")).isEqualTo(fields);
    List<String> names = new ArrayList<>();
    data.fieldNames().forEachRemaining(names::add);
    assertThat(fieldsByDocument(type)).isEqualTo(names);
  }

  /** The fields that the list in integrating.md has for a type; an entry may take several lines. */
  private static List<String> fieldsByDocument(EventType type) throws Exception {
    String begin = "- `" + type.wireName() + "`: ";
    List<String> entry =
        Files.readAllLines(Path.of("../docs/integrating.md")).stream()
            .dropWhile(line -> !line.startsWith(begin))
            .toList();
    String fields =
        Stream.concat(
                entry.stream().limit(1).map(line -> line.substring(begin.length())),
                entry.stream().skip(1).takeWhile(line -> line.startsWith("  ")))
            .collect(Collectors.joining(" "));
    return Pattern.compile("`([a-z_]+)`")
        .matcher(fields)
        .results()
        .map(field -> field.group(1))
        .toList();
  }

  @Test
  void bothSchemasNameTheSameFieldsOfABatch() throws Exception {
    JsonNode described = Contract.document().at("/components/schemas/EventBatch/properties");
    for (String field : List.of("sent_at", "app_version")) {
      assertThat(described.path(field))
          .isEqualTo(schema("media-events-batch").at("/properties").path(field));
    }
  }

  private static JsonNode schema(String name) throws Exception {
    try (InputStream in =
        OpenApiTest.class.getResourceAsStream("/schemas/" + name + ".schema.json")) {
      return Json.MAPPER.readTree(in);
    }
  }

  private static JsonNode operation(Route route) {
    return Contract.document().path("paths").path(route.path()).path(method(route));
  }

  private static String method(Route route) {
    return route.method().name().toLowerCase(Locale.ROOT);
  }

  private static Set<String> eventTypes(JsonNode document) {
    Set<String> types = new TreeSet<>();
    document
        .at("/components/schemas/Event/discriminator/mapping")
        .fieldNames()
        .forEachRemaining(types::add);
    return types;
  }
}
