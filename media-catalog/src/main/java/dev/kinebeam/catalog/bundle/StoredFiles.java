package dev.kinebeam.catalog.bundle;

import dev.kinebeam.objectstore.ObjectStore;
import java.io.IOException;
import java.util.List;

/** Primitives in the object store, under {@code SLUG/}. */
public record StoredFiles(ObjectStore store) implements Bundles.Files {
  @Override
  public List<String> list(String exercise) throws IOException {
    String folder = exercise + "/";
    return store.list(folder).stream()
        .map(object -> object.key().substring(folder.length()))
        .toList();
  }

  @Override
  public byte[] read(String exercise, String file) throws IOException {
    return store.read(exercise + "/" + file);
  }
}
