package dev.kinebeam.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.InterfaceChecks;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The description of the interface says what the gateway does, and no more. */
@Tag("servers")
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
    checks().requireRoutesDescribed();
    assertThat(eventTypes(gateway.contract().document()))
        .containsExactlyInAnyOrderElementsOf(
            List.of(EventType.values()).stream()
                .map(type -> type.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  @Test
  void theDescriptionCanBeReadInABrowser() throws Exception {
    checks().requireDocsPage();
  }

  @Test
  void everyQueryParameterIsDescribedAndEveryOtherIsRefusedByName() throws Exception {
    checks().requireParametersDescribed();
  }

  /** Pages are the Core API's. */
  @Test
  void nothingElseIsServedBesideTheRoutes() throws Exception {
    for (String path : List.of("/", "/index.html", "/app.js", "/settings.json")) {
      assertThat(gateway.send(gateway.request(path).GET()).status()).as(path).isEqualTo(404);
    }
  }

  private static InterfaceChecks checks() {
    return new InterfaceChecks(
        gateway,
        gateway.routes(),
        role ->
            role == Role.SERVICE
                ? TestGateway.COMPOSER
                : Tokens.of(role, TestGateway.ORG, TestGateway.PATIENT));
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
    JsonNode schemas = gateway.contract().document().at("/components/schemas");
    String mapped = schemas.at("/Event/discriminator/mapping").path(type.wireName()).asText();
    JsonNode described = gateway.contract().document().at(mapped.substring(1));
    assertThat(described.at("/allOf/1/properties/event/const").asText()).isEqualTo(type.wireName());
    String ofData = described.at("/allOf/1/properties/data/anyOf/0/$ref").asText();
    assertThat(gateway.contract().document().at(ofData.substring(1)).path("properties"))
        .isEqualTo(data);
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
    JsonNode described =
        gateway.contract().document().at("/components/schemas/EventBatch/properties");
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

  private static Set<String> eventTypes(JsonNode document) {
    Set<String> types = new TreeSet<>();
    document
        .at("/components/schemas/Event/discriminator/mapping")
        .fieldNames()
        .forEachRemaining(types::add);
    return types;
  }
}
