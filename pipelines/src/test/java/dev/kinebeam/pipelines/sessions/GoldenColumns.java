package dev.kinebeam.pipelines.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Golden rows compared with stored ones, by the names of the columns and nothing else. */
final class GoldenColumns {
  private static final Set<String> TIMES = Set.of("started_at", "ended_at", "last_event_at");
  private static final Set<String> QUALITY = Set.of("before", "after");

  private GoldenColumns() {}

  /** Golden metrics by column. */
  static Map<String, JsonNode> ofSession(JsonNode metrics) {
    Map<String, JsonNode> columns = new TreeMap<>();
    for (JsonNode group : metrics) {
      putAll(columns, group, "");
    }
    return columns;
  }

  /** A golden stall by column. */
  static Map<String, JsonNode> ofStall(JsonNode stall) {
    Map<String, JsonNode> columns = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : stall.properties()) {
      if (QUALITY.contains(field.getKey())) {
        putAll(columns, field.getValue(), "_" + field.getKey());
      } else if (field.getValue().isObject()) {
        putAll(columns, field.getValue(), "");
      } else {
        columns.put(column(field.getKey()), field.getValue());
      }
    }
    for (String name : List.of("cause", "ended_by")) {
      columns.computeIfPresent(
          name,
          (column, word) ->
              word.isNull() ? word : TextNode.valueOf(word.textValue().toLowerCase(Locale.ROOT)));
    }
    return columns;
  }

  private static void putAll(Map<String, JsonNode> columns, JsonNode group, String ending) {
    for (Map.Entry<String, JsonNode> field : group.properties()) {
      columns.put(column(field.getKey()) + ending, field.getValue());
    }
  }

  /** Times are milliseconds in a row and timestamps in the table. */
  private static String column(String field) {
    String withoutUnit = field.replaceFirst("_ms$", "");
    return TIMES.contains(withoutUnit) ? withoutUnit : field;
  }

  /** The rows of a table, without {@code updated_at}. */
  static List<Map<String, JsonNode>> stored(MetricsDatabase database, String table)
      throws SQLException {
    return database.rows("SELECT row_to_json(r)::text AS row FROM " + table + " AS r").stream()
        .map(row -> parse(row.get("row")))
        .toList();
  }

  private static Map<String, JsonNode> parse(String json) {
    try {
      Map<String, JsonNode> columns = new TreeMap<>();
      putAll(columns, Json.MAPPER.readTree(json), "");
      columns.remove("updated_at");
      return columns;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The columns in which two rows differ, also those that only one of them has. */
  static Set<String> differing(Map<String, JsonNode> golden, Map<String, JsonNode> stored) {
    Set<String> names = new TreeSet<>(golden.keySet());
    names.addAll(stored.keySet());
    names.removeIf(name -> same(name, golden.get(name), stored.get(name)));
    return names;
  }

  private static boolean same(String name, JsonNode golden, JsonNode stored) {
    if (golden == null || stored == null) {
      return false;
    } else if (TIMES.contains(name) && golden.isNumber() && stored.isTextual()) {
      OffsetDateTime time = OffsetDateTime.parse(stored.textValue());
      return time.toInstant().toEpochMilli() == golden.longValue();
    } else if (golden.isNumber() && stored.isNumber()) {
      return golden.decimalValue().compareTo(stored.decimalValue()) == 0;
    }
    return golden.equals(stored);
  }
}
