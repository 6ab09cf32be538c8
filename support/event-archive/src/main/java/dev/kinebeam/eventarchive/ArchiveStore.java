package dev.kinebeam.eventarchive;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.program.observability.Dependencies;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the archive's objects are: a bucket, or a folder that holds a copy of one. */
public sealed interface ArchiveStore extends AutoCloseable permits BucketArchive, FolderArchive {
  /** The setting that names the archive's bucket. */
  String BUCKET = "S3_ARCHIVE_BUCKET";

  /**
   * The bucket that {@code S3_ARCHIVE_BUCKET} and the other {@code S3_…} settings name. Opens no
   * connection yet.
   *
   * @throws IllegalArgumentException naming the setting that is missing or wrong
   */
  static ArchiveStore fromEnvironment(Map<String, String> env) {
    return new BucketArchive(ObjectStore.open(ObjectStoreSettings.fromEnvironment(env, BUCKET)));
  }

  /** This bucket; closing the archive closes it. */
  static ArchiveStore bucket(ObjectStore bucket) {
    return new BucketArchive(bucket);
  }

  /** This folder; it need not exist yet. */
  static ArchiveStore folder(Path folder) {
    return new FolderArchive(folder);
  }

  /** Every object whose key begins so, in key order. */
  List<StoredObject> list(String prefix) throws IOException;

  /** The whole content; empty when there is no such object. */
  Optional<byte[]> read(String key) throws IOException;

  /** Stores the bytes in place of what was there; on return they are durable. */
  void put(String key, byte[] content) throws IOException;

  /** Stores the file's content, streamed, in place of what was there; on return it is durable. */
  void put(String key, Path file) throws IOException;

  /** Removes the object; there may be none. */
  void delete(String key) throws IOException;

  /**
   * Watches the store until closed, if it is one that can be out of reach.
   *
   * @param waiting what stands still without it
   */
  Dependencies.Watch watch(Dependencies dependencies, String waiting);

  @Override
  void close();
}
