package dev.kinebeam.web.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compares answers with the OpenAPI document: the status, the content type, the headers and every
 * field of the body. A field that the document does not name fails too, although clients must
 * accept one.
 */
public final class Contract {
  private final JsonNode document;
  private final Map<JsonNode, JsonSchema> schemas = new ConcurrentHashMap<>();
  private final JsonNode components;

  private Contract(JsonNode document) {
    this.document = document;
    this.components = closed();
  }

  /** The contract of a program, such as {@code core-api}. */
  public static Contract of(String program) {
    return new Contract(read(program));
  }

  /** The document as it is served. */
  public JsonNode document() {
    return document;
  }

  private static JsonNode read(String program) {
    try (InputStream in = Contract.class.getResourceAsStream("/openapi/" + program + ".json")) {
      return Json.MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Fails when the document does not describe this answer of a route; others are passed over.
   *
   * @param body of the answer, unpacked
   */
  public void check(HttpResponse<byte[]> answer, byte[] body) {
    String path = answer.uri().getRawPath();
    String method = answer.request().method().toLowerCase(Locale.ROOT);
    Optional<JsonNode> operations = operations(path);
    if (operations.isEmpty() || !operations.get().has(method)) {
      return;
    }
    String what = answer.request().method() + " " + path + " " + answer.statusCode();
    JsonNode described =
        operations.get().path(method).path("responses").path("" + answer.statusCode());
    assertThat(described.isObject()).as("%s is described", what).isTrue();
    described
        .path("headers")
        .fieldNames()
        .forEachRemaining(name -> checkHeader(what, name, answer));
    if (!described.has("content")) {
      assertThat(body).as("%s has no body", what).isEmpty();
      return;
    }
    String type = answer.headers().firstValue("Content-Type").orElse("").split(";", -1)[0];
    JsonNode content = described.path("content").path(type);
    assertThat(content.isObject()).as("%s may be %s", what, type).isTrue();
    if (type.contains("json")) {
      assertThat(problems(content.path("schema"), new String(body, UTF_8)))
          .as("%s: %s", what, new String(body, UTF_8))
          .isEmpty();
    }
  }

  private static void checkHeader(String what, String name, HttpResponse<byte[]> answer) {
    if (!name.equals("Preference-Applied")) {
      assertThat(answer.headers().firstValue(name)).as("%s has %s", what, name).isPresent();
    }
  }

  private Optional<JsonNode> operations(String path) {
    String[] parts = path.split("/", -1);
    JsonNode literal = document.path("paths").path(path);
    if (literal.isObject()) {
      return Optional.of(literal);
    }
    for (Map.Entry<String, JsonNode> one : document.path("paths").properties()) {
      if (matches(one.getKey().split("/", -1), parts)) {
        return Optional.of(one.getValue());
      }
    }
    return Optional.empty();
  }

  private static boolean matches(String[] template, String[] parts) {
    if (template.length != parts.length) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      if (!template[i].startsWith("{") && !template[i].equals(parts[i])) {
        return false;
      }
    }
    return true;
  }

  /** What a text violates of the document's schema of this name. */
  public Set<String> problems(String name, String text) {
    return problems(
        Json.MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name), text);
  }

  private Set<String> problems(JsonNode schema, String text) {
    Set<String> found = new HashSet<>();
    schemas
        .computeIfAbsent(schema, this::compiled)
        .validate(text, com.networknt.schema.InputFormat.JSON)
        .forEach(message -> found.add(message.getMessage()));
    return found;
  }

  private JsonSchema compiled(JsonNode schema) {
    ObjectNode whole = Json.MAPPER.createObjectNode();
    whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    JsonNode answer = movedReferences(schema);
    close(answer, namesInside());
    whole.putArray("allOf").add(answer);
    // Where the document's references lead; nothing applies a definition that is not referred to.
    whole.putObject("$defs").set("components", components);
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(whole, SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
  }

  private JsonNode closed() {
    JsonNode components = movedReferences(document.path("components"));
    Set<String> inside = namesInside();
    for (Map.Entry<String, JsonNode> one : components.path("schemas").properties()) {
      if (inside.contains(one.getKey())) {
        one.getValue().forEach(child -> closeAll(child, inside));
      } else {
        close(one.getValue(), inside);
      }
    }
    return components;
  }

  private static JsonNode movedReferences(JsonNode node) {
    try {
      return Json.MAPPER.readTree(
          node.toString().replace("\"#/components/", "\"#/$defs/components/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The schemas that are a part of another one: what they do not name, the whole may. */
  private Set<String> namesInside() {
    Set<String> names = new HashSet<>();
    document
        .findValues("allOf")
        .forEach(
            parts ->
                parts.forEach(
                    part -> {
                      String ref = part.path("$ref").asText();
                      names.add(ref.substring(ref.lastIndexOf('/') + 1));
                    }));
    return names;
  }

  private static void closeAll(JsonNode node, Set<String> inside) {
    if (node.isObject()) {
      close(node, inside);
    } else {
      node.forEach(child -> closeAll(child, inside));
    }
  }

  private static void close(JsonNode schema, Set<String> inside) {
    if (!(schema instanceof ObjectNode object)) {
      return;
    }
    object.remove("discriminator");
    for (Map.Entry<String, JsonNode> one : object.properties()) {
      if (one.getKey().equals("allOf") && one.getValue() instanceof ArrayNode parts) {
        parts.forEach(part -> part.forEach(child -> closeAll(child, inside)));
      } else if (one.getKey().equals("properties")) {
        one.getValue().forEach(child -> closeAll(child, inside));
      } else {
        closeAll(one.getValue(), inside);
      }
    }
    boolean record = object.has("properties") || object.has("allOf");
    if (record && !object.has("additionalProperties")) {
      object.put("unevaluatedProperties", false);
    }
  }
}
