package dev.kinebeam.worker.personal;

import static java.util.stream.Collectors.joining;

import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.objectstore.StoredObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What therapists have uploaded, in the bucket. Only the version that was completed is used. */
final class Originals {
  /** A host fetches it soon, and again after an error of its own. */
  private static final Duration FETCHED_WITHIN = Duration.ofHours(6);

  private static final String TEMPORARY_FOLDER = "kinebeam-personal-video";
  private static final String FILE = "original";

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int FORBIDDEN = 403;

  private final ObjectStore bucket;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_WITHIN).build();
  private final AtomicReference<Optional<Boolean>> answersHead =
      new AtomicReference<>(Optional.empty());

  /** The bucket stays the caller's to close. */
  Originals(ObjectStore bucket) {
    this.bucket = bucket;
  }

  /** What is done with the content, which is there until it returns. */
  @FunctionalInterface
  interface Use {
    String of(VideoHost.Content content) throws IOException;
  }

  /**
   * Hands the original over: by its address where the host takes that, and as a file otherwise.
   *
   * @param byAddress false where the host could not fetch it
   * @throws OriginalChanged when another object is under its key
   * @throws ObjectStoreException.Missing when none is there
   */
  String given(Queued.Original original, VideoHost host, boolean byAddress, Use use)
      throws IOException {
    if (byAddress && host.capabilities().copiesFromUrl()) {
      requireUnchanged(original);
      URI address = bucket.presignGet(original.key(), FETCHED_WITHIN);
      if (answersHead(address)) {
        return use.of(new VideoHost.Content.FromUrl(address));
      }
    }
    Path folder = Files.createTempDirectory(TEMPORARY_FOLDER);
    Path file = folder.resolve(FILE);
    try {
      if (!bucket.downloadVersion(original.key(), original.etag(), file)) {
        throw new OriginalChanged(original.key());
      }
      return use.of(new VideoHost.Content.OfFile(file));
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  /**
   * Deletes the copies of originals, whole or broken off, that workers left when they were killed.
   *
   * @param temporary the folder of temporary files
   * @param before those that have not changed since then
   * @return how many
   * @throws IOException naming those that were not deleted, after the others were
   */
  static int removeLeftBehind(Path temporary, Instant before) throws IOException {
    int removed = 0;
    List<IOException> failures = new ArrayList<>();
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(temporary, TEMPORARY_FOLDER + "*")) {
      for (Path folder : folders) {
        try {
          if (isLeftBehind(folder, before)) {
            Files.walkFileTree(folder, new Deletion());
            removed++;
          }
        } catch (IOException e) {
          failures.add(e);
        }
      }
    }
    if (!failures.isEmpty()) {
      IOException reported =
          new IOException(
              "%d copies left behind were deleted, and %d were not: %s"
                  .formatted(
                      removed,
                      failures.size(),
                      failures.stream().map(IOException::toString).collect(joining("; "))));
      failures.forEach(reported::addSuppressed);
      throw reported;
    }
    return removed;
  }

  /** Of a folder with all that is in it; of a link, and not of what it leads to. */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        // Another worker was faster.
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }

  private static boolean isLeftBehind(Path folder, Instant before) throws IOException {
    try {
      return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          && Files.isWritable(folder)
          && Files.getLastModifiedTime(folder).toInstant().isBefore(before);
    } catch (NoSuchFileException e) {
      // Another worker was faster.
      return false;
    }
  }

  /**
   * Hosts begin with HEAD, which a signature for GET authorizes at some stores and not at others.
   * What the store of the bucket does is asked once.
   */
  private boolean answersHead(URI address) throws IOException {
    Optional<Boolean> known = answersHead.get();
    if (known.isPresent()) {
      return known.get();
    }
    try {
      int status =
          http.send(
                  HttpRequest.newBuilder(address)
                      .method("HEAD", HttpRequest.BodyPublishers.noBody())
                      .timeout(ANSWER_WITHIN)
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode();
      boolean answers = status == OK;
      if (answers || status == FORBIDDEN) {
        answersHead.set(Optional.of(answers));
      }
      return answers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the bucket was asked for HEAD");
    }
  }

  /** Passes when the object under the key is the one whose upload was completed. */
  void requireUnchanged(Queued.Original original) throws IOException {
    Optional<StoredObject> there = bucket.head(original.key());
    if (there.isEmpty()) {
      throw new OriginalMissing(original.key());
    }
    if (!there.get().etag().equals(original.etag())) {
      throw new OriginalChanged(original.key());
    }
  }

  void delete(String key) throws ObjectStoreException {
    bucket.delete(key);
  }

  boolean exists(String key) throws ObjectStoreException {
    return bucket.exists(key);
  }
}
