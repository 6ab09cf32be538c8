package dev.kinebeam.coreapi.recording;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Recordings beside the archive, in its bucket. */
public final class BucketRecordings implements Recordings.Store {
  private static final int LARGEST_RECORDING = 64 << 20;

  private final ObjectStore store;

  public BucketRecordings(ObjectStore store) {
    this.store = store;
  }

  @Override
  public Optional<byte[]> read(String key) throws ObjectStoreException {
    try {
      return Optional.of(store.read(key, LARGEST_RECORDING));
    } catch (ObjectStoreException.Missing none) {
      return Optional.empty();
    }
  }

  @Override
  public void put(String key, byte[] content) throws ObjectStoreException {
    store.put(key, content, "application/json");
  }

  @Override
  public URI link(String key, Duration validFor) {
    return store.presignGet(key, validFor);
  }
}
