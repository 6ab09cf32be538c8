package dev.kinebeam.programs.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.render.imports.Csv;
import dev.kinebeam.schemas.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rows of exercises in a text: JSON (a list, or an object with the list {@code exercises}), or CSV
 * with a heading. In CSV a column is a field, {@code display_name.ro} a translation, and entries of
 * lists are separated by {@code ;}; an empty cell is a field that is not given. Pure.
 */
final class CatalogueFile {
  private static final Set<String> TEXTS =
      Set.of("slug", "kind", "display_name", "description", "language", "host", "hosted_video_id");
  private static final Set<String> LISTS = Set.of("categories", "body_regions", "equipment");
  private static final Set<String> TRANSLATED = Set.of("display_name", "description");

  private CatalogueFile() {}

  /**
   * The rows.
   *
   * @throws IllegalArgumentException when the text is neither, saying where and why
   */
  static List<JsonNode> rows(String text) {
    String begin =
        text.startsWith("\uFEFF") ? text.substring(1).stripLeading() : text.stripLeading();
    return begin.startsWith("{") || begin.startsWith("[") ? ofJson(begin) : ofCsv(text);
  }

  private static List<JsonNode> ofJson(String text) {
    JsonNode root;
    try {
      root = Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON: " + Json.reasonAndPlace(e), e);
    }
    JsonNode list = root.isObject() ? root.path("exercises") : root;
    if (!list.isArray()) {
      throw new IllegalArgumentException("it has no list of exercises; name the list 'exercises'");
    }
    List<JsonNode> rows = new ArrayList<>();
    list.forEach(rows::add);
    return rows;
  }

  private static List<JsonNode> ofCsv(String text) {
    List<Csv.Line> lines;
    try {
      lines = Csv.parse(text);
    } catch (Csv.Broken e) {
      throw new IllegalArgumentException("it is not CSV: " + e.getMessage(), e);
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(
          "it is empty; begin with a heading such as slug,kind,display_name");
    }
    List<String> columns = lines.get(0).fields();
    columns.forEach(CatalogueFile::checkColumn);
    checkOnce(columns);
    List<JsonNode> rows = new ArrayList<>();
    for (Csv.Line line : lines.subList(1, lines.size())) {
      if (line.fields().size() != columns.size()) {
        throw new IllegalArgumentException(
            "line %d has %d fields; the heading has %d"
                .formatted(line.line(), line.fields().size(), columns.size()));
      }
      rows.add(row(columns, line.fields()));
    }
    return rows;
  }

  private static void checkColumn(String column) {
    boolean known =
        TEXTS.contains(column)
            || LISTS.contains(column)
            || column.equals("difficulty")
            || (TRANSLATED.contains(field(column)) && !language(column).isEmpty());
    if (!known) {
      Set<String> all = new TreeSet<>(TEXTS);
      all.addAll(LISTS);
      all.add("difficulty");
      throw new IllegalArgumentException(
          "there is no column '%s'; there are %s, and translations such as display_name.ro"
              .formatted(column, String.join(", ", all)));
    }
  }

  private static void checkOnce(List<String> columns) {
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (!seen.add(column)) {
        throw new IllegalArgumentException(
            "the heading has the column '%s' twice; leave one out".formatted(column));
      }
    }
  }

  private static JsonNode row(List<String> columns, List<String> cells) {
    ObjectNode row = Json.MAPPER.createObjectNode();
    for (int i = 0; i < columns.size(); i++) {
      if (!cells.get(i).isBlank()) {
        put(row, columns.get(i), cells.get(i).strip().replace("\r\n", "\n"));
      }
    }
    return row;
  }

  private static void put(ObjectNode row, String column, String cell) {
    if (LISTS.contains(column)) {
      ArrayNode list = row.putArray(column);
      for (String entry : cell.split(";", -1)) {
        list.add(entry.strip());
      }
    } else if (column.equals("difficulty") && cell.matches("\\d{1,3}")) {
      row.put(column, Integer.parseInt(cell));
    } else if (!language(column).isEmpty()) {
      ObjectNode translations = row.withObject("/translations");
      translations.withObjectProperty(language(column)).put(field(column), cell);
    } else {
      row.put(column, cell);
    }
  }

  private static String field(String column) {
    return column.split("\\.", 2)[0];
  }

  private static String language(String column) {
    String[] parts = column.split("\\.", 2);
    return parts.length == 2 ? parts[1] : "";
  }
}
