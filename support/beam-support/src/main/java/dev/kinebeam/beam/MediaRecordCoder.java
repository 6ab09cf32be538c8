package dev.kinebeam.beam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.Correction;
import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.ByteArrayCoder;

/**
 * A decoded event as JSON. Between chained steps nothing is encoded ({@code objectReuse}), and what
 * crosses the shuffle is a tally, so this one may be plain.
 */
public final class MediaRecordCoder extends AtomicCoder<MediaRecord> {
  private static final MediaRecordCoder INSTANCE = new MediaRecordCoder();
  private static final Map<EventType, Class<? extends EventData>> DATA =
      Map.ofEntries(
          Map.entry(EventType.SESSION_START, EventData.SessionStart.class),
          Map.entry(EventType.PLAY, EventData.Play.class),
          Map.entry(EventType.PAUSE, EventData.Pause.class),
          Map.entry(EventType.SEEK, EventData.Seek.class),
          Map.entry(EventType.HEARTBEAT, EventData.Heartbeat.class),
          Map.entry(EventType.BUFFERING_START, EventData.BufferingStart.class),
          Map.entry(EventType.BUFFERING_END, EventData.BufferingEnd.class),
          Map.entry(EventType.QUALITY_CHANGE, EventData.QualityChange.class),
          Map.entry(EventType.MILESTONE, EventData.Milestone.class),
          Map.entry(EventType.ERROR, EventData.PlaybackError.class),
          Map.entry(EventType.SESSION_END, EventData.SessionEnd.class));

  private MediaRecordCoder() {}

  public static MediaRecordCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(MediaRecord value, OutputStream out) throws IOException {
    ByteArrayCoder.of().encode(Json.bytes(value), out);
  }

  @Override
  public MediaRecord decode(InputStream in) throws IOException {
    ObjectNode record = (ObjectNode) Json.MAPPER.readTree(ByteArrayCoder.of().decode(in));
    ObjectNode event = (ObjectNode) record.remove("event");
    JsonNode data = event.remove("data");
    EventType type = Json.MAPPER.treeToValue(event.get("type"), EventType.class);
    return new MediaRecord(
        Json.MAPPER.treeToValue(record.get("org_id"), UUID.class),
        Json.MAPPER.treeToValue(record.get("patient_id"), UUID.class),
        record.get("received_at_ms").longValue(),
        record.get("sent_at_ms").longValue(),
        Json.MAPPER.treeToValue(record.get("client"), MediaRecord.Client.class),
        new MediaEvent(
            Json.MAPPER.treeToValue(event.get("event_id"), UUID.class),
            type,
            Json.MAPPER.treeToValue(event.get("session_id"), UUID.class),
            event.get("timestamp_ms").longValue(),
            event.get("seq").intValue(),
            event.path("media_id").textValue(),
            event.path("media_type").textValue(),
            event.has("render_id")
                ? Json.MAPPER.treeToValue(event.get("render_id"), UUID.class)
                : null,
            Json.MAPPER.treeToValue(data, DATA.get(type)),
            List.of(Json.MAPPER.treeToValue(event.get("corrections"), Correction[].class))));
  }
}
