package dev.kinebeam.eventarchive;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.program.observability.Dependencies;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The archive in a bucket. */
final class BucketArchive implements ArchiveStore {
  private static final String TYPE = "application/octet-stream";

  /** The archiver closes an object at 64 MiB by default. */
  private static final int LARGEST_OBJECT = 512 << 20;

  private final ObjectStore store;

  BucketArchive(ObjectStore store) {
    this.store = store;
  }

  @Override
  public List<StoredObject> list(String prefix) throws ObjectStoreException {
    return store.list(prefix);
  }

  @Override
  public Optional<byte[]> read(String key) throws ObjectStoreException {
    try {
      return Optional.of(store.read(key, LARGEST_OBJECT));
    } catch (ObjectStoreException.Missing none) {
      return Optional.empty();
    }
  }

  @Override
  public void put(String key, byte[] content) throws ObjectStoreException {
    store.put(key, content, TYPE);
  }

  @Override
  public void put(String key, Path file) throws ObjectStoreException {
    store.put(key, file, TYPE);
  }

  @Override
  public void delete(String key) throws ObjectStoreException {
    store.delete(key);
  }

  @Override
  public Dependencies.Watch watch(Dependencies dependencies, String waiting) {
    return store.watch(dependencies, waiting, true);
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public String toString() {
    return "s3://" + store.bucket();
  }
}
