package dev.kinebeam.composer.check;

import dev.kinebeam.composer.bundle.BundleFiles;
import dev.kinebeam.composer.bundle.PrimitiveMirror;
import dev.kinebeam.composer.bundle.PrimitiveSource;
import dev.kinebeam.composer.bundle.PrimitiveStore.StoredPrimitive;
import dev.kinebeam.composer.bundle.S3Primitives;
import dev.kinebeam.composer.lock.ProcessFolder;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.S3Address;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A bundle in a bucket; needs the rights to list it and to get its objects, and no others. */
public final class BucketSource implements BundleSource, AutoCloseable {
  private final S3Address address;
  private final S3Primitives store;
  private final PrimitiveMirror mirror;
  private final ProcessFolder copies;
  private final Map<String, String> versions;

  private BucketSource(
      S3Address address, S3Primitives store, ProcessFolder copies, Map<String, String> versions) {
    this.address = address;
    this.store = store;
    this.copies = copies;
    this.versions = versions;
    Path root = copies.path();
    this.mirror = new PrimitiveMirror(store, root.resolve("hashes"), root.resolve("copies"));
  }

  /**
   * Lists the bundle.
   *
   * @param work for copies of its files, each for as long as it is looked at
   * @throws IOException when it cannot be listed, or there is nothing
   */
  public static BucketSource open(ObjectStore bucket, S3Address address, Path work)
      throws IOException {
    S3Primitives store = new S3Primitives(bucket);
    Map<String, String> versions =
        store.list(address.prefix()).stream()
            .filter(file -> BundleFiles.counts(file.name()))
            .collect(Collectors.toMap(StoredPrimitive::name, StoredPrimitive::version));
    if (versions.isEmpty()) {
      throw new IOException("there is nothing at " + address);
    }
    return new BucketSource(address, store, ProcessFolder.open(work), versions);
  }

  @Override
  public String place() {
    return address.toString();
  }

  @Override
  public String name() {
    return address.name();
  }

  @Override
  public List<String> files() {
    return versions.keySet().stream().sorted().toList();
  }

  @Override
  public byte[] read(String file) throws IOException {
    return store.read(address.prefix(), file);
  }

  @Override
  public PrimitiveSource source(String file) {
    return mirror.source(address.prefix(), file, versions.get(file));
  }

  @Override
  public void release(String file) throws IOException {
    mirror.drop(address.prefix(), file, versions.get(file));
  }

  @Override
  public void close() throws IOException {
    copies.close();
  }
}
