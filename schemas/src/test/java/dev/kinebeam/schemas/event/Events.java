package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Test vocabulary: events from JSON. */
final class Events {
  private Events() {}

  static ParsedEvent parse(JsonNode event) {
    byte[] bytes = Json.bytes(event);
    try (JsonParser p = Texts.JSON.createParser(bytes)) {
      p.nextToken();
      return new EventParser().parse(p, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MediaEvent accepted(JsonNode event) {
    return ((ParsedEvent.Accepted) parse(event)).event();
  }
}
