package dev.kinebeam.catalog.host;

import dev.kinebeam.observability.Dependencies;
import dev.kinebeam.observability.Dependency;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bunny Stream, or the local video host, which speaks the same API. Answers of 429 and 5xx and
 * broken connections are tried again with growing waits; every other refusal is told at once.
 */
public final class BunnyStream implements VideoHost {
  private static final Duration PLAYABLE_FOR = Duration.ofHours(1);

  private final BunnyStreamSettings settings;
  private final BunnyApi api;
  private final Retries retries;
  private final Clock clock;
  private final Map<String, String> collectionIds = new ConcurrentHashMap<>();
  private final Map<String, Object> collectionLocks = new ConcurrentHashMap<>();

  BunnyStream(BunnyStreamSettings settings, Retries retries, Clock clock) {
    this.settings = settings;
    this.api = new BunnyApi(settings);
    this.retries = retries;
    this.clock = clock;
  }

  /** Opens no connection yet. */
  public static BunnyStream open(BunnyStreamSettings settings) {
    return new BunnyStream(settings, Retries.standard(), Clock.systemUTC());
  }

  /**
   * Watches the host's API until closed.
   *
   * @param waiting what stands still without it
   */
  public static Dependencies.Watch watch(
      BunnyStreamSettings settings, Dependencies dependencies, String waiting) {
    Duration head = Dependencies.ANSWER_WITHIN.minusMillis(500);
    return dependencies.watch(
        Dependency.videoHost(settings.baseUrl().toString()),
        waiting,
        () -> new BunnyApi(settings, head, Duration.ofMillis(500))::requireAnswer);
  }

  @Override
  public String publish(Path file, String title, String collection) throws VideoHostException {
    String collectionId = collectionId(collection);
    BunnyVideo video = findOrCreate(title, collection, collectionId);
    if (video.awaitsUpload()) {
      retries.run(() -> upload(video.guid(), file));
    }
    return video.guid();
  }

  /**
   * A creation whose answer got lost may have happened: so each attempt looks first, and only then
   * creates.
   */
  private BunnyVideo findOrCreate(String title, String collection, String collectionId)
      throws VideoHostException {
    try {
      return retries.run(
          () -> {
            List<BunnyVideo> known = api.videosTitled(title, collectionId);
            Optional<BunnyVideo> usable = furthest(known);
            if (usable.isPresent()) {
              return usable.get();
            }
            for (BunnyVideo failed : known) {
              deleteIfThere(failed.guid());
            }
            return api.create(title, collectionId);
          });
    } catch (VideoHostException.Missing | VideoHostException.Refused e) {
      // The collection may have been deleted behind our back.
      collectionIds.remove(collection);
      throw e;
    }
  }

  private static Optional<BunnyVideo> furthest(List<BunnyVideo> videos) {
    return videos.stream()
        .filter(video -> !video.hasFailed())
        .max(Comparator.comparing(BunnyVideo::status).thenComparing(BunnyVideo::guid));
  }

  /** An upload whose answer got lost may have arrived, and the host takes a file only once. */
  private Void upload(String guid, Path file) throws VideoHostException {
    try {
      api.upload(guid, file);
    } catch (VideoHostException.Refused | VideoHostException.Unavailable e) {
      if (!hasArrived(guid, e)) {
        throw e;
      }
    }
    return null;
  }

  private boolean hasArrived(String guid, VideoHostException failure) {
    try {
      BunnyVideo video = api.video(guid);
      return !video.awaitsUpload() && !video.hasFailed();
    } catch (VideoHostException cannotTell) {
      failure.addSuppressed(cannotTell);
      return false;
    }
  }

  @Override
  public Optional<String> find(String title, String collection) throws VideoHostException {
    List<BunnyApi.Collection> collections = retries.run(() -> api.collectionsNamed(collection));
    for (BunnyApi.Collection candidate : collections) {
      Optional<BunnyVideo> video =
          furthest(retries.run(() -> api.videosTitled(title, candidate.guid())));
      if (video.isPresent() && !video.get().awaitsUpload()) {
        return video.map(BunnyVideo::guid);
      }
    }
    return Optional.empty();
  }

  @Override
  public HostedStatus status(String hostedId) throws VideoHostException {
    try {
      return retries.run(() -> api.video(hostedId)).hostedStatus();
    } catch (VideoHostException.Missing e) {
      return new HostedStatus.Gone();
    }
  }

  @Override
  public Playback playback(String hostedId) {
    String folder = "/" + hostedId + "/";
    if (settings.tokenKey().isEmpty()) {
      return new Playback(
          settings.cdn().resolve(folder + "playlist.m3u8"),
          settings.cdn().resolve(folder + "thumbnail.jpg"),
          Optional.empty());
    }
    String key = settings.tokenKey().get();
    Instant expires = Instant.ofEpochSecond(clock.instant().plus(PLAYABLE_FOR).getEpochSecond());
    return new Playback(
        BunnySignatures.signedAddress(settings.cdn(), key, folder, "playlist.m3u8", expires),
        BunnySignatures.signedAddress(settings.cdn(), key, folder, "thumbnail.jpg", expires),
        Optional.of(expires));
  }

  @Override
  public void delete(String hostedId) throws VideoHostException {
    retries.run(() -> deleteIfThere(hostedId));
  }

  private Void deleteIfThere(String guid) throws VideoHostException {
    try {
      api.delete(guid);
    } catch (VideoHostException.Missing gone) {
      return null;
    }
    return null;
  }

  /**
   * Lists or creates, one thread at a time for one name, since the host lets names repeat. Should
   * other machines have made a second one all the same, everybody uses the first by guid.
   */
  private String collectionId(String name) throws VideoHostException {
    synchronized (collectionLocks.computeIfAbsent(name, key -> new Object())) {
      String known = collectionIds.get(name);
      if (known != null) {
        return known;
      }
      String id =
          retries.run(
              () -> {
                Optional<String> first =
                    api.collectionsNamed(name).stream()
                        .map(BunnyApi.Collection::guid)
                        .min(Comparator.naturalOrder());
                return first.isPresent() ? first.get() : api.createCollection(name).guid();
              });
      collectionIds.put(name, id);
      return id;
    }
  }
}
