package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;

/** Test vocabulary: events from JSON. */
final class Events {
  private Events() {}

  static ParsedEvent parse(JsonNode event) {
    return new EventParser().parse(Json.bytes(event));
  }

  static MediaEvent accepted(JsonNode event) {
    return ((ParsedEvent.Accepted) parse(event)).event();
  }
}
