package dev.kinebeam.worker.personal;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What therapists have uploaded, in the bucket. Only the version that was completed is used. */
final class Originals {
  /** A host fetches it soon, and again after an error of its own. */
  private static final Duration FETCHED_WITHIN = Duration.ofHours(6);

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
    Path folder = Files.createTempDirectory("kinebeam-personal-video");
    Path file = folder.resolve("original");
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
