package dev.kinebeam.videohost;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
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
 * bucket, know what this one has answered. Videos that are being played are read again beside the
 * requests for them, and played on while the bucket is unavailable. Thread-safe.
 */
final class VideoRecords {
  private static final String JSON = "application/json";
  private static final int MOST_KNOWN = 500;

  /** So long may a video that another host deleted be played here. */
  static final Duration KNOWN_FOR = Duration.ofMinutes(1);

  /** A video that was not asked for in this time is read before it is played. */
  private static final Duration PLAYED = Duration.ofMinutes(5);

  private final ObjectStore bucket;
  private final LoadingCache<UUID, Known> known;

  /** A video, and its presentation if it can be played. */
  record Known(StoredVideo video, Optional<HlsRender> render) {
    static Known of(StoredVideo video) {
      return new Known(
          video,
          video.status() == StoredVideo.Status.READY
              ? Optional.of(HlsRender.of(video.composition()))
              : Optional.empty());
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
            .build(this::read);
  }

  Optional<Known> find(UUID id) throws IOException {
    try {
      return Optional.ofNullable(known.get(id));
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** For the cache, to which null says that there is none. */
  private Known read(UUID id) throws IOException {
    try {
      return Known.of(Json.MAPPER.readValue(bucket.read(key(id)), StoredVideo.class));
    } catch (ObjectStoreException.Missing none) {
      return null;
    }
  }

  /** Keeps a video; it is in the bucket when this returns. */
  Known save(StoredVideo video) throws IOException {
    if (video.status() == StoredVideo.Status.PROCESSING) {
      bucket.put(pendingKey(video.id()), new byte[0], JSON);
    }
    bucket.put(key(video.id()), Json.bytes(video), JSON);
    if (video.upload() != null && video.status() != StoredVideo.Status.PROCESSING) {
      bucket.delete(pendingKey(video.id()));
    }
    Known saved = Known.of(video);
    known.put(video.id(), saved);
    return saved;
  }

  /** Forgets a video, and so releases the mezzanines that no other names. */
  void delete(UUID id) throws IOException {
    bucket.delete(key(id));
    bucket.delete(pendingKey(id));
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

  private static String key(UUID id) {
    return HostBucket.VIDEOS + id + ".json";
  }

  private static String pendingKey(UUID id) {
    return "pending/" + id;
  }
}
