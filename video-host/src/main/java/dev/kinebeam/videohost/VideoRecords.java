package dev.kinebeam.videohost;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The videos, in the bucket: {@code videos/ID.json}, and {@code pending/ID} for those that are
 * being transcoded, so that the next start finds them. A restart, and another host on the same
 * bucket, know what this one has answered. Thread-safe.
 */
final class VideoRecords {
  private static final String JSON = "application/json";
  private static final int MOST_KNOWN = 500;

  /** So long may a video that another host deleted be played here. */
  private static final Duration KNOWN_FOR = Duration.ofMinutes(1);

  private final ObjectStore bucket;
  private final Cache<UUID, Known> known =
      Caffeine.newBuilder().maximumSize(MOST_KNOWN).expireAfterWrite(KNOWN_FOR).build();

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
    this.bucket = bucket;
  }

  Optional<Known> find(UUID id) throws IOException {
    Known cached = known.getIfPresent(id);
    if (cached != null) {
      return Optional.of(cached);
    }
    byte[] json;
    try {
      json = bucket.read(key(id));
    } catch (ObjectStoreException.Missing none) {
      return Optional.empty();
    }
    Known read = Known.of(Json.MAPPER.readValue(json, StoredVideo.class));
    known.put(id, read);
    return Optional.of(read);
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
    return "videos/" + id + ".json";
  }

  private static String pendingKey(UUID id) {
    return "pending/" + id;
  }
}
