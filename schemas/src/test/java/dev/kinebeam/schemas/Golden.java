package dev.kinebeam.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The golden examples, one JSON object a line, and the JSON Schemas of the same events. */
public final class Golden {
  private Golden() {}

  /** The lines of {@code golden/NAME.ndjson}. */
  public static List<JsonNode> lines(String name) {
    return text("/golden/" + name + ".ndjson").lines().map(Golden::json).toList();
  }

  /** The schema {@code schemas/NAME.schema.json}. */
  public static JsonSchema schema(String name) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(json(text("/schemas/" + name + ".schema.json")));
  }

  public static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String resource) {
    try (InputStream in = Golden.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
