package dev.kinebeam.trials.bench.clinic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.bench.clinic.ClinicFill.Filled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** The note beside a kept database that says what it was filled with; written when it is whole. */
record FillMarker(Path file) {
  static FillMarker in(Path dir) {
    return new FillMarker(dir.resolve("filled.json"));
  }

  /** What lies there, if it is {@code rows} sessions as this version fills them, and new enough. */
  Optional<Filled> find(long rows, Instant notBefore) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode note = Json.MAPPER.readTree(file.toFile());
    Instant until = Instant.parse(note.path("until").asText());
    boolean same =
        note.path("version").asInt() == ClinicFill.VERSION && note.path("rows").asLong() == rows;
    return same && !until.isBefore(notBefore)
        ? Optional.of(
            new Filled(note.path("sessions").asLong(), note.path("stalls").asLong(), until))
        : Optional.empty();
  }

  void save(long rows, Filled filled) throws IOException {
    ObjectNode note = Json.MAPPER.createObjectNode();
    note.put("version", ClinicFill.VERSION);
    note.put("rows", rows);
    note.put("sessions", filled.sessions());
    note.put("stalls", filled.stalls());
    note.put("until", filled.until().toString());
    Files.write(file, Json.bytes(note));
  }
}
