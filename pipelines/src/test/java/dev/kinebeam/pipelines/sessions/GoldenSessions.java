package dev.kinebeam.pipelines.sessions;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.MediaRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The golden file: records of {@code media-events}, as they arrived, and the rows that they must
 * give. The rows were written by hand from the definitions in docs/architecture.md, not from what
 * the program printed.
 */
final class GoldenSessions {
  /** Knows every column, so that none is forgotten in the file. */
  private static final ObjectMapper STRICT =
      Json.MAPPER
          .copy()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  /** A record that the parser must refuse, and why. */
  record Refused(UUID eventId, String field, String code) {}

  /** The session's rows as the file has them. */
  private record Expected(
      String name,
      String why,
      UUID sessionId,
      List<Integer> closedBySilenceAtEvents,
      List<Refused> refusedRecords,
      int foreignEvents,
      JsonNode row) {}

  /**
   * One awkward session.
   *
   * @param why what its rows are reasoned from
   * @param records what the parser lets through, in the order of arrival
   * @param refused what it does not
   * @param silences how many events it had each time that silence closed it
   * @param foreignEvents how many of the records are another person's
   * @param rowJson {@code row} as the file has it
   */
  record Golden(
      String name,
      String why,
      UUID sessionId,
      List<MediaRecord> records,
      List<Refused> refused,
      List<Refused> mustBeRefused,
      List<Integer> silences,
      int foreignEvents,
      MeasuredSession row,
      JsonNode rowJson) {
    @Override
    public String toString() {
      return name;
    }
  }

  private GoldenSessions() {}

  static List<Golden> read() {
    Map<UUID, List<MediaRecord>> records = new TreeMap<>();
    Map<UUID, List<Refused>> refused = new TreeMap<>();
    MediaRecord.Reader reader = new MediaRecord.Reader();
    try {
      for (String line : text("awkward-sessions.ndjson").lines().toList()) {
        JsonNode json = Json.MAPPER.readTree(line);
        UUID session = UUID.fromString(json.at("/event/session_id").textValue());
        MediaRecord.Parsed parsed = reader.read(line.getBytes(StandardCharsets.UTF_8));
        if (parsed instanceof MediaRecord.Accepted accepted) {
          records.computeIfAbsent(session, id -> new ArrayList<>()).add(accepted.record());
        } else if (parsed instanceof MediaRecord.Rejected no) {
          UUID event = UUID.fromString(json.get("event_id").textValue());
          refused
              .computeIfAbsent(session, id -> new ArrayList<>())
              .add(new Refused(event, no.error().field(), no.error().code()));
        }
      }
      List<Golden> golden = new ArrayList<>();
      for (JsonNode node : Json.MAPPER.readTree(text("awkward-sessions.rows.json"))) {
        Expected it = STRICT.treeToValue(node, Expected.class);
        golden.add(
            new Golden(
                it.name,
                it.why,
                it.sessionId,
                records.remove(it.sessionId),
                refused.getOrDefault(it.sessionId, List.of()),
                it.refusedRecords,
                it.closedBySilenceAtEvents,
                it.foreignEvents,
                STRICT.treeToValue(it.row, MeasuredSession.class),
                it.row));
      }
      if (!records.isEmpty()) {
        throw new IllegalStateException("records of sessions without rows: " + records.keySet());
      }
      return golden;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String file) throws IOException {
    try (InputStream in = GoldenSessions.class.getResourceAsStream("/golden/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
