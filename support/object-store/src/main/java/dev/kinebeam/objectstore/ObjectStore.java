package dev.kinebeam.objectstore;

import dev.kinebeam.objectstore.StoreCalls.Right;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Dependency;
import dev.kinebeam.program.observability.Probe;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyExistsException;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * One bucket of an S3 store. Safe for use by many threads. Calls are retried by the SDK; what still
 * fails comes out as an {@link ObjectStoreException} that says whether asking again can help. A
 * store that hangs fails a call within 25 s, and one that carries a body within what the body takes
 * on the slowest line beyond that.
 */
public final class ObjectStore implements AutoCloseable {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;

  /** The slowest line on which a transfer may still end well. */
  private static final long SLOWEST_BYTES_PER_SECOND = 256 * 1024;

  /** Downloads: silence ends them sooner. */
  private static final Duration LONGEST_TRANSFER = Duration.ofHours(6);

  private static final int SMALL = 16 << 20;

  private final ObjectStoreSettings settings;
  private final String bucket;
  private final StoreCalls calls;
  private final S3Client client;
  private final S3Presigner presigner;

  private ObjectStore(ObjectStoreSettings settings, S3Client client, S3Presigner presigner) {
    this.settings = settings;
    this.bucket = settings.bucket();
    this.calls = new StoreCalls(bucket);
    this.client = client;
    this.presigner = presigner;
  }

  /** Opens no connection yet. */
  public static ObjectStore open(ObjectStoreSettings settings) {
    return new ObjectStore(settings, SdkClients.client(settings), SdkClients.presigner(settings));
  }

  /**
   * Watches a bucket, over a client of the watch's own, until closed.
   *
   * @param waiting what stands still without it
   * @param required whether the program is not ready without it
   */
  public static Dependencies.Watch watch(
      ObjectStoreSettings settings, Dependencies dependencies, String waiting, boolean required) {
    Dependency bucket =
        Dependency.objectStore(
            settings.endpoint().map(URI::toString).orElse("s3." + settings.region())
                + "/"
                + settings.bucket());
    return dependencies.watch(
        required ? bucket : bucket.optional(),
        waiting,
        () -> {
          ObjectStore store = open(settings);
          return new Probe() {
            @Override
            public void check() throws ObjectStoreException {
              store.requireAnswer();
            }

            @Override
            public void close() {
              store.close();
            }
          };
        });
  }

  /** As {@link #watch(ObjectStoreSettings, Dependencies, String, boolean)}, of this bucket. */
  public Dependencies.Watch watch(Dependencies dependencies, String waiting, boolean required) {
    return watch(settings, dependencies, waiting, required);
  }

  /** A refusal is an answer too: missing rights do not make the store unhealthy. */
  private void requireAnswer() throws ObjectStoreException {
    try {
      calls.attempt(
          Right.LIST,
          "",
          () ->
              client.headBucket(
                  b ->
                      b.bucket(bucket)
                          .overrideConfiguration(
                              o -> o.apiCallTimeout(Dependencies.ANSWER_WITHIN))));
    } catch (ObjectStoreException.Refused answered) {
      return;
    }
  }

  /** The bucket's name. */
  public String bucket() {
    return bucket;
  }

  /** Makes the bucket unless it is there. */
  public void createBucket() throws ObjectStoreException {
    calls.attempt(
        Right.CREATE_BUCKET,
        "",
        () -> {
          try {
            return client.createBucket(b -> b.bucket(bucket));
          } catch (BucketAlreadyOwnedByYouException | BucketAlreadyExistsException there) {
            return there;
          }
        });
  }

  /** Every object whose key begins so, in key order, over as many pages as it takes. */
  public List<StoredObject> list(String prefix) throws ObjectStoreException {
    return calls.attempt(
        Right.LIST,
        prefix,
        () ->
            client.listObjectsV2Paginator(b -> b.bucket(bucket).prefix(prefix)).contents().stream()
                .map(o -> new StoredObject(o.key(), o.size(), unquoted(o.eTag())))
                .toList());
  }

  /** The object without its content; empty when there is none. */
  public Optional<StoredObject> head(String key) throws ObjectStoreException {
    return headTyped(key).map(TypedObject::object);
  }

  /** As {@link #head}, with the type that it was stored with. */
  public Optional<TypedObject> headTyped(String key) throws ObjectStoreException {
    try {
      HeadObjectResponse head =
          calls.attempt(Right.GET, key, () -> client.headObject(b -> b.bucket(bucket).key(key)));
      return Optional.of(
          new TypedObject(
              new StoredObject(key, head.contentLength(), unquoted(head.eTag())),
              head.contentType() == null ? "" : head.contentType()));
    } catch (ObjectStoreException.Missing none) {
      return Optional.empty();
    }
  }

  /** Whether there is such an object. */
  public boolean exists(String key) throws ObjectStoreException {
    return head(key).isPresent();
  }

  /** The whole content in memory: for manifests and other objects of at most 16 MiB. */
  public byte[] read(String key) throws ObjectStoreException {
    return read(key, SMALL);
  }

  /**
   * The whole content in memory.
   *
   * @throws ObjectStoreException.Refused when it has more than {@code limit} bytes; no more than
   *     those are read, whatever the store says of its length
   */
  public byte[] read(String key, int limit) throws ObjectStoreException {
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(bucket)
            .key(key)
            .overrideConfiguration(lasting(LONGEST_TRANSFER))
            .build();
    Optional<byte[]> content =
        calls.attempt(
            Right.GET,
            key,
            () -> client.getObject(request, (head, body) -> readAtMost(limit, body)));
    return content.orElseThrow(() -> tooLarge(key, limit));
  }

  private ObjectStoreException tooLarge(String key, int limit) {
    return new ObjectStoreException.Refused(
        "s3://%s/%s has more than the %d bytes that it may have".formatted(bucket, key, limit),
        null);
  }

  private static Optional<byte[]> readAtMost(int limit, AbortableInputStream body)
      throws IOException {
    byte[] bytes = body.readNBytes(limit + 1);
    if (bytes.length > limit) {
      body.abort();
      return Optional.empty();
    }
    return Optional.of(bytes);
  }

  /**
   * Copies the object into a file. The file appears whole or not at all; what was there is
   * replaced.
   *
   * @throws IOException when the file cannot be written
   */
  public void download(String key, Path target) throws IOException {
    if (!downloaded(key, request -> request, target)) {
      throw new IllegalStateException("a download without a condition has passed none");
    }
  }

  /**
   * As {@link #download}, of an object that still has this content.
   *
   * @param etag of the content
   * @return false when the object has another one: then there is no file
   */
  public boolean downloadVersion(String key, String etag, Path target) throws IOException {
    return downloaded(key, request -> request.ifMatch('"' + etag + '"'), target);
  }

  private boolean downloaded(
      String key, UnaryOperator<GetObjectRequest.Builder> condition, Path target)
      throws IOException {
    GetObjectRequest request =
        condition
            .apply(
                GetObjectRequest.builder()
                    .bucket(bucket)
                    .key(key)
                    .overrideConfiguration(lasting(LONGEST_TRANSFER)))
            .build();
    Path folder = target.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path partDir = Files.createTempDirectory(folder, ".download-");
    // The SDK refuses to write over a file, so the part gets a folder of its own.
    Path part = partDir.resolve("part");
    try {
      boolean is =
          calls.attempt(
              Right.GET,
              key,
              () -> {
                try {
                  client.getObject(request, part);
                  return true;
                } catch (S3Exception e) {
                  if (e.statusCode() == PRECONDITION_FAILED) {
                    return false;
                  }
                  throw e;
                }
              });
      if (is) {
        Files.move(
            part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
      return is;
    } finally {
      Files.deleteIfExists(part);
      Files.deleteIfExists(partDir);
    }
  }

  /** As {@link #read(String)}, with what {@link #putIfUnchanged} needs. */
  public ObjectVersion readVersion(String key) throws ObjectStoreException {
    GetObjectRequest request = GetObjectRequest.builder().bucket(bucket).key(key).build();
    Optional<ObjectVersion> version =
        calls.attempt(
            Right.GET,
            key,
            () ->
                client.getObject(
                    request,
                    (head, body) ->
                        readAtMost(SMALL, body)
                            .map(bytes -> new ObjectVersion(bytes, unquoted(head.eTag())))));
    return version.orElseThrow(() -> tooLarge(key, SMALL));
  }

  /**
   * Stores the bytes unless there is such an object.
   *
   * @return the new object's tag; empty when there is one, which may be that of this very call,
   *     repeated because its answer was lost
   */
  public Optional<String> putIfAbsent(String key, byte[] content, String contentType)
      throws ObjectStoreException {
    return putIf(key, content, contentType, condition -> condition.ifNoneMatch("*"));
  }

  /**
   * Stores the bytes in place of an object that still has this content.
   *
   * @param etag of the content that is replaced
   * @return the new object's tag; empty when there is another one, or none; the other one may be
   *     that of this very call, repeated because its answer was lost
   */
  public Optional<String> putIfUnchanged(
      String key, String etag, byte[] content, String contentType) throws ObjectStoreException {
    return putIf(key, content, contentType, condition -> condition.ifMatch('"' + etag + '"'));
  }

  private Optional<String> putIf(
      String key, byte[] content, String contentType, Consumer<PutObjectRequest.Builder> condition)
      throws ObjectStoreException {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder().bucket(bucket).key(key).contentType(contentType);
    condition.accept(request);
    return calls.attempt(
        Right.PUT,
        key,
        () -> {
          try {
            RequestBody body = RequestBody.fromBytes(content);
            return Optional.of(unquoted(client.putObject(request.build(), body).eTag()));
          } catch (S3Exception e) {
            // The second is of a write to the same key at the same time.
            if (e.statusCode() == PRECONDITION_FAILED
                || e.statusCode() == CONFLICT
                || e.statusCode() == NOT_FOUND) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /** Stores the bytes, in place of what was there. */
  public void put(String key, byte[] content, String contentType) throws ObjectStoreException {
    put(key, RequestBody.fromBytes(content), contentType);
  }

  /** Stores the file's content, streamed, in place of what was there. */
  public void put(String key, Path file, String contentType) throws ObjectStoreException {
    put(key, RequestBody.fromFile(file), contentType);
  }

  private void put(String key, RequestBody body, String contentType) throws ObjectStoreException {
    long bytes = body.optionalContentLength().orElse(0L);
    Duration attempt = SdkClients.ATTEMPT.plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
    calls.attempt(
        Right.PUT,
        key,
        () ->
            client.putObject(
                b ->
                    b.bucket(bucket)
                        .key(key)
                        .contentType(contentType)
                        .overrideConfiguration(lasting(attempt)),
                body));
  }

  private static Consumer<AwsRequestOverrideConfiguration.Builder> lasting(Duration attempt) {
    return limits ->
        limits.apiCallAttemptTimeout(attempt).apiCallTimeout(attempt.plus(SdkClients.RETRIES));
  }

  /** Copies an object within the bucket, in place of what was there. */
  public void copy(String from, String to) throws ObjectStoreException {
    calls.attempt(
        Right.PUT,
        to,
        () ->
            client.copyObject(
                b ->
                    b.sourceBucket(bucket)
                        .sourceKey(from)
                        .destinationBucket(bucket)
                        .destinationKey(to)
                        .overrideConfiguration(lasting(LONGEST_TRANSFER))));
  }

  /** The keys that begin so and whose objects were last changed before a moment. */
  public List<String> changedBefore(String prefix, Instant before) throws ObjectStoreException {
    return calls.attempt(
        Right.LIST,
        prefix,
        () ->
            client.listObjectsV2Paginator(b -> b.bucket(bucket).prefix(prefix)).contents().stream()
                .filter(object -> object.lastModified().isBefore(before))
                .map(S3Object::key)
                .toList());
  }

  /** Removes the object; there may be none. */
  public void delete(String key) throws ObjectStoreException {
    calls.attempt(Right.DELETE, key, () -> client.deleteObject(b -> b.bucket(bucket).key(key)));
  }

  /**
   * An address from which anyone can GET the object for this long, at most 7 days. Not checked for
   * existence.
   */
  public URI presignGet(String key, Duration validFor) {
    return URI.create(
        presigner
            .presignGetObject(
                p -> p.signatureDuration(validFor).getObjectRequest(g -> g.bucket(bucket).key(key)))
            .url()
            .toString());
  }

  /**
   * An address to which anyone can PUT one object for this long, at most 7 days, with this {@code
   * Content-Type} and no other header: neither plain clients nor browsers compute checksums, and
   * several stores refuse {@code x-amz-checksum-…}.
   */
  public URI presignPut(String key, String contentType, Duration validFor) {
    return URI.create(
        presigner
            .presignPutObject(
                p ->
                    p.signatureDuration(validFor)
                        .putObjectRequest(
                            put -> put.bucket(bucket).key(key).contentType(contentType)))
            .url()
            .toString());
  }

  @Override
  public void close() {
    presigner.close();
    client.close();
  }

  private static String unquoted(String etag) {
    return etag == null ? "" : etag.replace("\"", "");
  }
}
