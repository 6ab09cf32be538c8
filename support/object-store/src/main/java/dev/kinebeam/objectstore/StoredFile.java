package dev.kinebeam.objectstore;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** An object in an object store; each call has a connection of its own. */
record StoredFile(S3Address address, ObjectStoreSettings settings) implements FileAddress {
  /** As much as fits into memory with ease: orders, results and reports are lines of text. */
  private static final int LARGEST = 256 << 20;

  private static final String TYPE = "application/json";

  static StoredFile of(String text, Map<String, String> environment) {
    S3Address address = S3Address.parse(text);
    if (address.prefix().isEmpty() || text.endsWith("/")) {
      throw new IllegalArgumentException(text + " is not an object's address: s3://BUCKET/KEY");
    }
    return new StoredFile(address, ObjectStoreSettings.forBucket(environment, address.bucket()));
  }

  private String key() {
    return address.prefix();
  }

  @Override
  public Optional<byte[]> read() throws IOException {
    try (ObjectStore store = ObjectStore.open(settings)) {
      return Optional.of(store.read(key(), LARGEST));
    } catch (ObjectStoreException.Missing e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean exists() throws IOException {
    try (ObjectStore store = ObjectStore.open(settings)) {
      return store.exists(key());
    }
  }

  @Override
  public void write(byte[] content) throws IOException {
    try (ObjectStore store = ObjectStore.open(settings)) {
      store.put(key(), content, TYPE);
    }
  }

  @Override
  public BufferedWriter newWriter() throws IOException {
    Path part = Files.createTempFile("kinebeam-", ".part");
    return new BufferedWriter(Files.newBufferedWriter(part)) {
      @Override
      public void close() throws IOException {
        super.close();
        try (ObjectStore store = ObjectStore.open(settings)) {
          store.put(key(), part, TYPE);
        } finally {
          Files.deleteIfExists(part);
        }
      }
    };
  }

  @Override
  public void makeFolder() {
    // Keys need none.
  }

  @Override
  public Optional<Path> folder() {
    return Optional.empty();
  }

  @Override
  public void takeFrom(FileAddress other) throws IOException {
    String from = ((StoredFile) other).key();
    try (ObjectStore store = ObjectStore.open(settings)) {
      store.copy(from, key());
      store.delete(from);
    }
  }

  @Override
  public void delete() throws IOException {
    try (ObjectStore store = ObjectStore.open(settings)) {
      store.delete(key());
    }
  }

  @Override
  public FileAddress plus(String suffix) {
    return new StoredFile(new S3Address(address.bucket(), key() + suffix), settings);
  }

  @Override
  public void deleteBeside(Pattern suffixes, Instant before) throws IOException {
    try (ObjectStore store = ObjectStore.open(settings)) {
      for (String found : store.changedBefore(key(), before)) {
        if (suffixes.matcher(found.substring(key().length())).matches()) {
          store.delete(found);
        }
      }
    }
  }

  @Override
  public String absolute() {
    return address.toString();
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
