package dev.kinebeam.catalog.host;

import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Dependency;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.program.retry.RetryPolicy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Bunny Stream. Answers of 429 and 5xx and broken connections are tried again with growing waits;
 * every other refusal fails at once.
 */
public final class BunnyStream implements VideoHost {
  /** What rows and settings call it. */
  public static final String NAME = "bunny";

  private static final Duration PLAYABLE_FOR = Duration.ofHours(1);

  /** Of one call, besides the retries of those who publish. */
  static final RetryPolicy RETRIES =
      RetryPolicy.doubling(Duration.ofMillis(250), Duration.ofSeconds(10)).attempts(6);

  private final BunnyStreamSettings settings;
  private final BunnyApi api;
  private final Retrier retrier;
  private final Clock clock;
  private final CollectionLock collectionLock;

  BunnyStream(
      BunnyStreamSettings settings, Retrier retrier, Clock clock, CollectionLock collectionLock) {
    this.settings = settings;
    this.api = new BunnyApi(settings);
    this.retrier = retrier;
    this.clock = clock;
    this.collectionLock = collectionLock;
  }

  /**
   * For a process that publishes alone, or not at all. Opens no connection yet.
   *
   * @see #open(BunnyStreamSettings, CollectionLock)
   */
  public static BunnyStream open(BunnyStreamSettings settings) {
    return open(settings, CollectionLock.ofThisProcess());
  }

  /**
   * Opens no connection yet.
   *
   * @param lock shared by all processes that publish into this library
   */
  public static BunnyStream open(BunnyStreamSettings settings, CollectionLock lock) {
    return new BunnyStream(settings, Retrier.of(RETRIES), Clock.systemUTC(), lock);
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
  public String name() {
    return NAME;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, false, true, true, false);
  }

  @Override
  public String publish(Content content, String title, String collection, Journal journal)
      throws VideoHostException {
    if (!(content instanceof Content.OfFile whole)) {
      throw new IllegalArgumentException(NAME + " takes files, not compositions or addresses");
    }
    Path file = whole.file();
    BunnyVideo video = retrying(() -> findOrCreate(title, collection, journal));
    journal.created(video.guid());
    if (video.awaitsUpload()) {
      retrying(() -> upload(video.guid(), file));
    }
    return video.guid();
  }

  private <T> T retrying(Retrier.Attempt<T, VideoHostException> call) throws VideoHostException {
    try {
      return retrier.call(call);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VideoHostException.Unavailable(
          "interrupted while waiting to repeat a call to the video host", e);
    }
  }

  /**
   * A creation whose answer got lost may have happened: so each attempt looks first, in every
   * collection of the name, and only then creates.
   */
  private BunnyVideo findOrCreate(String title, String collection, Journal journal)
      throws VideoHostException {
    List<String> collections = collections(collection);
    List<BunnyVideo> known = videosTitled(title, collections);
    Optional<BunnyVideo> usable =
        known.stream()
            .filter(video -> !video.hasFailed())
            .max(Comparator.comparing(BunnyVideo::status).thenComparing(BunnyVideo::guid));
    if (usable.isPresent()) {
      return usable.get();
    }
    for (BunnyVideo failed : known) {
      deleteIfThere(failed.guid());
    }
    journal.creating();
    return api.create(
        title, collections.isEmpty() ? makeCollection(collection) : collections.get(0));
  }

  private List<BunnyVideo> videosTitled(String title, List<String> collectionIds)
      throws VideoHostException {
    List<BunnyVideo> found = new ArrayList<>();
    for (String collectionId : collectionIds) {
      found.addAll(api.videosTitled(title, collectionId));
    }
    return found;
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
    } catch (VideoHostException checkFailed) {
      failure.addSuppressed(checkFailed);
      return false;
    }
  }

  @Override
  public List<String> titled(String title, String collection) throws VideoHostException {
    return retrying(
        () -> videosTitled(title, collections(collection)).stream().map(BunnyVideo::guid).toList());
  }

  @Override
  public HostedStatus status(String hostedId) throws VideoHostException {
    try {
      return retrying(() -> api.video(hostedId)).hostedStatus();
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
          Optional.of(settings.cdn().resolve(folder + "thumbnail.jpg")),
          Optional.empty());
    }
    String key = settings.tokenKey().get();
    Instant expires = Instant.ofEpochSecond(clock.instant().plus(PLAYABLE_FOR).getEpochSecond());
    return new Playback(
        BunnySignatures.signedAddress(settings.cdn(), key, folder, "playlist.m3u8", expires),
        Optional.of(
            BunnySignatures.signedAddress(settings.cdn(), key, folder, "thumbnail.jpg", expires)),
        Optional.of(expires));
  }

  @Override
  public void delete(String hostedId) throws VideoHostException {
    retrying(() -> deleteIfThere(hostedId));
  }

  private Void deleteIfThere(String guid) throws VideoHostException {
    try {
      api.delete(guid);
    } catch (VideoHostException.Missing gone) {
      return null;
    }
    return null;
  }

  /** The ids of the collections of this name, in a fixed order; usually one. */
  private List<String> collections(String name) throws VideoHostException {
    return api.collectionsNamed(name).stream().map(BunnyApi.Collection::guid).sorted().toList();
  }

  /** Looks again under the lock, since another process may have made it meanwhile. */
  private String makeCollection(String name) throws VideoHostException {
    return collectionLock.run(
        name,
        () -> {
          List<String> known = collections(name);
          return known.isEmpty() ? api.createCollection(name).guid() : known.get(0);
        });
  }
}
