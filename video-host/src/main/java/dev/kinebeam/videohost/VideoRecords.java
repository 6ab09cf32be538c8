package dev.kinebeam.videohost;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.objectstore.ObjectVersion;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.HostBucket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;

/**
 * The videos, in the bucket: {@code videos/ID.json}, and {@code pending/ID} for those that are
 * being transcoded, so that the next start finds them. A restart, and another host on the same
 * bucket, know what this one has answered. Every change but a deletion is made of the record that
 * was read, or not at all. Videos that are being played are read again beside the requests for
 * them, and played on while the bucket is unavailable. Thread-safe.
 */
final class VideoRecords {
  private static final String JSON = "application/json";
  private static final int MOST_KNOWN = 500;

  /** So long may a video that another host deleted or changed be played here as it was. */
  static final Duration KNOWN_FOR = Duration.ofMinutes(1);

  /** A video that was not asked for in this time is read before it is played. */
  private static final Duration PLAYED = Duration.ofMinutes(5);

  private final ObjectStore bucket;
  private final LoadingCache<UUID, Playable> known;

  /** A ready video, and its presentation. */
  record Playable(StoredVideo video, HlsRender render) {}

  /**
   * A record as the bucket has it.
   *
   * @param etag of its content
   */
  record Entry(StoredVideo video, String etag) {}

  /** There is a record, and it cannot be used; it can be deleted. */
  static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1L;

    Unreadable(UUID id, String reason, Throwable cause) {
      super("the record " + key(id) + " cannot be read: " + reason, cause);
    }
  }

  VideoRecords(ObjectStore bucket) {
    this(bucket, Ticker.systemTicker());
  }

  VideoRecords(ObjectStore bucket, Ticker time) {
    this.bucket = bucket;
    this.known =
        Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .refreshAfterWrite(KNOWN_FOR)
            .expireAfterAccess(PLAYED)
            .ticker(time)
            .build(this::load);
  }

  /**
   * The record as it is in the bucket now.
   *
   * @throws Unreadable when it is not a record
   */
  Optional<Entry> read(UUID id) throws IOException {
    try {
      ObjectVersion version = bucket.readVersion(key(id));
      StoredVideo video = Json.MAPPER.readValue(version.content(), StoredVideo.class);
      if (video == null || !video.id().equals(id)) {
        throw new Unreadable(id, "it is of another video", null);
      }
      return Optional.of(new Entry(video, version.etag()));
    } catch (ObjectStoreException.Missing none) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new Unreadable(id, Json.reason(e), e);
    }
  }

  /**
   * What is played: the record as it was within {@link #KNOWN_FOR}, or longer ago while the bucket
   * is unavailable.
   *
   * @throws Unreadable when there is a record that cannot be played
   */
  Optional<Playable> playable(UUID id) throws IOException {
    try {
      return Optional.ofNullable(known.get(id));
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** For the cache, to which null says that there is nothing to play. */
  private Playable load(UUID id) throws IOException {
    Optional<StoredVideo> video =
        read(id).map(Entry::video).filter(v -> v.status() == StoredVideo.Status.READY);
    if (video.isEmpty()) {
      return null;
    }
    try {
      return new Playable(video.get(), HlsRender.of(video.get().composition()));
    } catch (RuntimeException e) { // its writer had other rules
      throw new Unreadable(id, String.valueOf(e.getMessage()), e);
    }
  }

  /** Keeps a video that is new; empty when there is a record of it by now. */
  Optional<Entry> create(StoredVideo video) throws IOException {
    markPending(video);
    return kept(video, bucket.putIfAbsent(key(video.id()), Json.bytes(video), JSON));
  }

  /** Keeps a video in place of the record that was read; empty when that is another one by now. */
  Optional<Entry> replace(Entry read, StoredVideo video) throws IOException {
    markPending(video);
    return kept(
        video, bucket.putIfUnchanged(key(video.id()), read.etag(), Json.bytes(video), JSON));
  }

  private void markPending(StoredVideo video) throws IOException {
    if (video.status() == StoredVideo.Status.PROCESSING) {
      bucket.put(pendingKey(video.id()), new byte[0], JSON);
    }
  }

  private Optional<Entry> kept(StoredVideo video, Optional<String> etag) throws IOException {
    known.invalidate(video.id());
    if (etag.isPresent()
        && video.upload() != null
        && video.status() != StoredVideo.Status.PROCESSING) {
      bucket.delete(pendingKey(video.id()));
    }
    return etag.isPresent()
        ? etag.map(tag -> new Entry(video, tag))
        // The answer to an earlier try may have been lost.
        : read(video.id()).filter(entry -> entry.video().equals(video));
  }

  boolean exists(UUID id) throws IOException {
    return bucket.exists(key(id));
  }

  /** Forgets a video, and so releases the mezzanines that no other names. */
  void delete(UUID id) throws IOException {
    notPending(id);
    bucket.delete(key(id));
    known.invalidate(id);
  }

  /** The videos whose transcoding is not over. */
  List<UUID> pending() throws IOException {
    List<UUID> pending = new ArrayList<>();
    for (StoredObject object : bucket.list("pending/")) {
      pending.add(UUID.fromString(object.key().substring("pending/".length())));
    }
    return pending;
  }

  /** There is nothing to transcode, or no more. */
  void notPending(UUID id) throws IOException {
    bucket.delete(pendingKey(id));
  }

  private static String key(UUID id) {
    return HostBucket.VIDEOS + id + ".json";
  }

  private static String pendingKey(UUID id) {
    return "pending/" + id;
  }
}
