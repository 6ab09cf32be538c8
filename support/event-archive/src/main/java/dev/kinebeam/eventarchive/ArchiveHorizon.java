package dev.kinebeam.eventarchive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Up to when the archive is complete, for each partition: every record that lay in the topic at
 * that moment is in an object. Whoever reads silence out of the archive must not look beyond.
 */
public final class ArchiveHorizon {
  private static final String FOLDER = ArchiveObject.ROOT + "horizon/";

  private final ArchiveStore store;

  public ArchiveHorizon(ArchiveStore store) {
    this.store = store;
  }

  /**
   * Records that this partition is complete up to a moment; call it once the objects are stored.
   */
  public void reached(int partition, Instant completeTo) throws IOException {
    store.put(
        FOLDER + "partition-" + partition + ".json",
        Json.bytes(Map.of("partition", partition, "complete_to", completeTo.toString())));
  }

  /**
   * Up to when each partition is complete.
   *
   * @throws IOException when the store cannot be read, or the object is not a horizon
   */
  public Map<Integer, Instant> byPartition() throws IOException {
    Map<Integer, Instant> horizons = new TreeMap<>();
    for (StoredObject object : store.list(FOLDER)) {
      Optional<byte[]> content = store.read(object.key());
      if (content.isPresent()) {
        JsonNode entry = read(object.key(), content.get());
        horizons.put(
            entry.get("partition").intValue(), Instant.parse(entry.get("complete_to").textValue()));
      }
    }
    return horizons;
  }

  private static JsonNode read(String key, byte[] content) throws IOException {
    JsonNode entry;
    try {
      entry = Json.MAPPER.readTree(content);
    } catch (JsonProcessingException e) {
      throw new IOException(key + " is not JSON: " + Json.reason(e), e);
    }
    if (!entry.path("partition").isInt() || !entry.path("complete_to").isTextual()) {
      throw new IOException(key + " must hold partition and complete_to; it holds " + entry);
    }
    return entry;
  }
}
