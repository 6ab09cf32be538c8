package dev.kinebeam.localstack.bunny;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.kinebeam.localstack.standin.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The collections, kept in one file. Names may repeat, as they may on the real service. Safe for
 * use by many threads.
 */
final class CollectionStore {
  /** A name under which videos are grouped. */
  record HostedCollection(String guid, String name) {}

  private final Path file;
  private final Map<String, HostedCollection> collections = new LinkedHashMap<>();

  private CollectionStore(Path file) {
    this.file = file;
  }

  static CollectionStore open(Path file) throws IOException {
    CollectionStore store = new CollectionStore(file);
    if (Files.exists(file)) {
      List<HostedCollection> kept =
          JsonFiles.MAPPER.readValue(file.toFile(), new TypeReference<>() {});
      kept.forEach(collection -> store.collections.put(collection.guid(), collection));
    }
    return store;
  }

  synchronized List<HostedCollection> all() {
    return List.copyOf(collections.values());
  }

  synchronized Optional<HostedCollection> find(String guid) {
    return Optional.ofNullable(collections.get(guid));
  }

  synchronized HostedCollection create(String name) throws IOException {
    HostedCollection collection = new HostedCollection(UUID.randomUUID().toString(), name);
    collections.put(collection.guid(), collection);
    save();
    return collection;
  }

  /** False when there is none. */
  synchronized boolean rename(String guid, String name) throws IOException {
    if (!collections.containsKey(guid)) {
      return false;
    }
    collections.put(guid, new HostedCollection(guid, name));
    save();
    return true;
  }

  /** False when there is none. */
  synchronized boolean delete(String guid) throws IOException {
    if (collections.remove(guid) == null) {
      return false;
    }
    save();
    return true;
  }

  private void save() throws IOException {
    JsonFiles.write(file, List.copyOf(collections.values()));
  }
}
