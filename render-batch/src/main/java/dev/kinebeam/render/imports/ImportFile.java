package dev.kinebeam.render.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A table of videos: CSV with a header, or one JSON object a line. Columns: {@code exercise},
 * {@code language}, one of {@code file}, {@code url} and {@code video_id}; {@code display_name} and
 * {@code media_id} may be left out.
 *
 * @param rows that can be tried
 * @param faults of the rows that cannot
 */
record ImportFile(List<ImportRow> rows, List<RowResult> faults) {
  private static final List<String> SOURCES = List.of("file", "url", "video_id");
  private static final List<String> COLUMNS =
      List.of("exercise", "language", "file", "url", "video_id", "display_name", "media_id");

  /**
   * Reads a table; relative files are looked for beside it.
   *
   * @throws IllegalArgumentException when the file as a whole is not such a table
   */
  static ImportFile read(FileAddress file) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    String text;
    try {
      text = file.text();
    } catch (FileAddress.NotUtf8Exception e) {
      throw new IllegalArgumentException(file + " is not UTF-8; save it as UTF-8", e);
    }
    Reader reader = new Reader(file.folder());
    if (name.endsWith(".csv")) {
      reader.csv(text);
    } else if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      reader.jsonLines(text);
    } else {
      throw new IllegalArgumentException(
          file + " must be named .csv, or .jsonl for one JSON object a line");
    }
    return new ImportFile(List.copyOf(reader.rows), List.copyOf(reader.faults));
  }

  int size() {
    return rows.size() + faults.size();
  }

  private static final class Reader {
    private final Optional<Path> folder;
    private final List<ImportRow> rows = new ArrayList<>();
    private final List<RowResult> faults = new ArrayList<>();
    private final Map<String, Integer> rowOfVideo = new HashMap<>();
    private int number;

    Reader(Optional<Path> folder) {
      this.folder = folder;
    }

    void csv(String text) {
      List<Csv.Line> lines;
      try {
        lines = Csv.parse(text);
      } catch (Csv.Broken e) {
        throw new IllegalArgumentException("the file is not CSV: " + e.getMessage(), e);
      }
      if (lines.isEmpty()) {
        throw new IllegalArgumentException("the file has no header; its columns: " + COLUMNS);
      }
      List<String> header = lines.get(0).fields().stream().map(column -> column.strip()).toList();
      for (String column : header) {
        if (!COLUMNS.contains(column)) {
          throw new IllegalArgumentException(
              "the header names a column " + column + "; the columns are " + COLUMNS);
        }
      }
      if (header.stream().distinct().count() < header.size()) {
        throw new IllegalArgumentException("the header names a column twice: " + header);
      }
      for (Csv.Line line : lines.subList(1, lines.size())) {
        number++;
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < Math.min(header.size(), line.fields().size()); i++) {
          fields.put(header.get(i), line.fields().get(i));
        }
        if (line.fields().size() == header.size()) {
          add(fields);
        } else {
          fault(
              fields,
              new RowFault(
                  "",
                  "",
                  "line %d has %d fields and the header %d"
                      .formatted(line.line(), line.fields().size(), header.size())));
        }
      }
    }

    void jsonLines(String text) {
      for (String line : text.lines().toList()) {
        if (line.isBlank()) {
          continue;
        }
        number++;
        try {
          JsonNode node = Json.MAPPER.readTree(line);
          Map<String, String> fields = new LinkedHashMap<>();
          if (!node.isObject()) {
            throw new RowFault("", line, "it is not a JSON object");
          }
          for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!COLUMNS.contains(field.getKey())) {
              throw new RowFault(
                  field.getKey(), field.getValue().toString(), "the fields are " + COLUMNS);
            }
            if (!field.getValue().isNull()) {
              fields.put(field.getKey(), field.getValue().asText());
            }
          }
          add(fields);
        } catch (JsonProcessingException e) {
          fault(Map.of(), new RowFault("", line, "it is not JSON: " + Json.reason(e)));
        } catch (RowFault e) {
          fault(Map.of(), e);
        }
      }
    }

    private void add(Map<String, String> given) {
      Map<String, String> fields = new HashMap<>();
      given.forEach(
          (name, value) -> {
            if (!value.isBlank()) {
              fields.put(name, value.strip());
            }
          });
      try {
        rows.add(row(fields));
      } catch (RowFault e) {
        fault(fields, e);
      }
    }

    private void fault(Map<String, String> fields, RowFault fault) {
      faults.add(RowResult.failed(number, fields.get("exercise"), fields.get("language"), fault));
    }

    private ImportRow row(Map<String, String> fields) throws RowFault {
      String exercise = fields.getOrDefault("exercise", "");
      if (!Recipe.isSlug(exercise)) {
        throw new RowFault(
            "exercise", exercise, "exercise must be a slug such as lumbar-detensioning");
      }
      String language = fields.getOrDefault("language", "");
      if (!Recipe.isLanguage(language)) {
        throw new RowFault("language", language, "language must be a code such as ro or pt-BR");
      }
      VideoSource source = source(fields);
      Integer earlier = rowOfVideo.putIfAbsent(exercise + "/" + language, number);
      if (earlier != null) {
        throw new RowFault(
            "exercise",
            exercise,
            "row " + earlier + " has this exercise's video in " + language + " already");
      }
      return new ImportRow(
          number,
          exercise,
          language,
          fields.getOrDefault("display_name", inWords(exercise)),
          Optional.ofNullable(fields.get("media_id")),
          source);
    }

    private VideoSource source(Map<String, String> fields) throws RowFault {
      List<String> named = SOURCES.stream().filter(fields::containsKey).toList();
      if (named.size() != 1) {
        throw new RowFault(
            named.isEmpty() ? "file" : named.get(1),
            named.isEmpty() ? "" : fields.get(named.get(1)),
            "a row must have one of " + SOURCES + "; this has " + named.size());
      }
      String field = named.get(0);
      String value = fields.get(field);
      try {
        return switch (field) {
          case "file" -> new VideoSource.LocalFile(value, beside(value));
          case "url" -> new VideoSource.Address(new URI(value));
          default -> hosted(value);
        };
      } catch (InvalidPathException | URISyntaxException e) {
        throw new RowFault(field, value, "it cannot be read: " + e.getMessage());
      }
    }

    private Path beside(String value) throws RowFault {
      Path path = Path.of(value);
      if (folder.isEmpty() && !path.isAbsolute()) {
        throw new RowFault(
            "file",
            value,
            "the table is in an object store, and no file is beside it: give the file's absolute"
                + " path on this machine, or a url");
      }
      return folder.map(place -> place.resolve(path)).orElse(path);
    }

    private static VideoSource hosted(String id) throws RowFault {
      if (!id.matches("[A-Za-z0-9_-]{1,100}")) {
        throw new RowFault("video_id", id, "an id has letters, digits, _ and - only");
      }
      return new VideoSource.Hosted(id);
    }

    private static String inWords(String slug) {
      String words = slug.replace('-', ' ');
      return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
  }
}
