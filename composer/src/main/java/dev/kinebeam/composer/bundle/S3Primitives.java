package dev.kinebeam.composer.bundle;

import dev.kinebeam.objectstore.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Bundles in an assets bucket: {@code {exercise}/manifest.json}, {@code {exercise}/…}. */
public final class S3Primitives implements PrimitiveStore {
  private final ObjectStore bucket;

  public S3Primitives(ObjectStore bucket) {
    this.bucket = bucket;
  }

  @Override
  public List<StoredPrimitive> list(String exercise) throws IOException {
    String prefix = exercise + "/";
    return bucket.list(prefix).stream()
        .map(object -> new StoredPrimitive(object.key().substring(prefix.length()), object.etag()))
        .toList();
  }

  @Override
  public byte[] read(String exercise, String name) throws IOException {
    return bucket.read(exercise + "/" + name);
  }

  @Override
  public void download(String exercise, String name, Path target) throws IOException {
    bucket.download(exercise + "/" + name, target);
  }
}
