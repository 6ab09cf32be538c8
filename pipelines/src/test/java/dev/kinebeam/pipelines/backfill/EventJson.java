package dev.kinebeam.pipelines.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.time.Instant;

/** A decoded event as the player sent it, and as it lies in the topic. */
final class EventJson {
  private EventJson() {}

  /** The record's value. */
  static byte[] record(MediaRecord record) {
    return record.encode(event(record.event()));
  }

  private static byte[] event(MediaEvent event) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("event", event.type().wireName());
    json.put("event_id", event.eventId().toString());
    json.put("session_id", event.sessionId().toString());
    json.put("timestamp", Instant.ofEpochMilli(event.timestampMs()).toString());
    if (event.seq() != MediaEvent.NO_SEQ) {
      json.put("seq", event.seq());
    }
    if (event.mediaId() != null) {
      json.put("media_id", event.mediaId());
      json.put("media_type", event.mediaType());
    }
    if (event.renderId() != null) {
      json.put("render_id", event.renderId().toString());
    }
    ObjectNode data = Json.MAPPER.valueToTree(event.data());
    for (String nested : new String[] {"totals", "network"}) {
      JsonNode part = data.remove(nested);
      if (part instanceof ObjectNode fields) {
        data.setAll(fields);
      }
    }
    json.set("data", data);
    return Json.bytes(json);
  }
}
