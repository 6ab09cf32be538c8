package dev.kinebeam.catalog.host;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kinebeam.catalog.host.CloudflareApi.Name;
import dev.kinebeam.catalog.host.CloudflareUploads.Upload;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Dependency;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.program.retry.RetryPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Cloudflare Stream, which fetches a video from an address or takes its file. Answers of 413, 429
 * and 5xx and broken connections are tried again with growing waits; every other refusal fails at
 * once. One call of {@link #publish} continues an upload that broke off; the next call begins with
 * a new video, under a new id, and deletes the one that had no file.
 */
public final class CloudflareStream implements VideoHost {
  /** What rows and settings call it. */
  public static final String NAME = "cloudflare";

  private static final Duration PLAYABLE_FOR = Duration.ofHours(1);

  /** A signature of RSA takes a millisecond, and patients have many videos on one page. */
  private static final Duration SIGNED_AGAIN_AFTER = Duration.ofMinutes(10);

  private static final int MOST_SIGNED = 10_000;

  /** Of one call, besides the retries of those who publish. */
  static final RetryPolicy RETRIES =
      RetryPolicy.doubling(Duration.ofMillis(250), Duration.ofSeconds(10)).attempts(6);

  private final CloudflareStreamSettings settings;
  private final CloudflareApi api;
  private final CloudflareUploads uploads;
  private final Optional<CloudflareTokens> tokens;
  private final Retrier retrier;
  private final Clock clock;

  /** The last token of each video, which others may get, too, as long as it is new. */
  private final Cache<String, Signed> signed =
      Caffeine.newBuilder().maximumSize(MOST_SIGNED).build();

  private record Signed(String token, Instant expires) {
    /** Without the token. */
    @Override
    public String toString() {
      return "a token until " + expires;
    }
  }

  CloudflareStream(CloudflareStreamSettings settings, Retrier retrier, Clock clock) {
    this.settings = settings;
    this.api = new CloudflareApi(settings);
    this.uploads = new CloudflareUploads(api);
    this.tokens = settings.signingKey().map(CloudflareTokens::of);
    this.retrier = retrier;
    this.clock = clock;
  }

  /** Opens no connection yet. */
  public static CloudflareStream open(CloudflareStreamSettings settings) {
    return new CloudflareStream(settings, Retrier.of(RETRIES), Clock.systemUTC());
  }

  /**
   * Watches the host's API until closed.
   *
   * @param waiting what stands still without it
   */
  public static Dependencies.Watch watch(
      CloudflareStreamSettings settings, Dependencies dependencies, String waiting) {
    Duration head = Dependencies.ANSWER_WITHIN.minusMillis(500);
    return dependencies.watch(
        Dependency.videoHost(settings.baseUrl().toString()),
        waiting,
        () -> new CloudflareApi(settings, head, Duration.ofMillis(500))::requireAnswer);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, true, true, true, false);
  }

  @Override
  public String publish(Content content, String title, String collection, Journal journal)
      throws VideoHostException {
    Name name = new Name(title, collection);
    if (content instanceof Content.FromUrl from) {
      String uid = retrying(() -> findOrCopy(from.address(), name, journal));
      journal.created(uid);
      return uid;
    } else if (content instanceof Content.OfFile whole) {
      return upload(whole.file(), name, journal);
    }
    throw new IllegalArgumentException(NAME + " takes files and addresses, not compositions");
  }

  private String findOrCopy(URI address, Name name, Journal journal) throws VideoHostException {
    Optional<CloudflareVideo> usable = find(name);
    if (usable.isPresent()) {
      return usable.get().uid();
    }
    journal.creating();
    return api.copy(address, name).uid();
  }

  private String upload(Path file, Name name, Journal journal) throws VideoHostException {
    Begun begun = retrying(() -> findOrBegin(file, name, journal));
    journal.created(begun.uid());
    if (begun.upload().isPresent()) {
      Upload upload = begun.upload().get();
      for (long sent = 0; sent < upload.size(); ) {
        sent = retrying(new Piece(upload, sent));
      }
    }
    return begun.uid();
  }

  /** A video, and where its file is to be sent if it has none. */
  private record Begun(String uid, Optional<Upload> upload) {}

  /** A creation whose answer got lost may have happened, and the upload's address is lost then. */
  private Begun findOrBegin(Path file, Name name, Journal journal) throws VideoHostException {
    Optional<CloudflareVideo> usable = find(name);
    if (usable.isPresent()) {
      return new Begun(usable.get().uid(), Optional.empty());
    }
    journal.creating();
    Upload upload = uploads.begin(file, name);
    return new Begun(upload.uid(), Optional.of(upload));
  }

  /** Sends a piece of a file; asks first how much has arrived when the answer before got lost. */
  private final class Piece implements Retrier.Attempt<Long, VideoHostException> {
    private final Upload upload;
    private final long from;
    private boolean repeated;

    Piece(Upload upload, long from) {
      this.upload = upload;
      this.from = from;
    }

    @Override
    public Long run() throws VideoHostException {
      long arrived = repeated ? uploads.arrived(upload) : from;
      repeated = true;
      return arrived >= upload.size() ? arrived : uploads.send(upload, arrived);
    }
  }

  /**
   * The video of this name that is the farthest. A creation whose answer got lost may have
   * happened, so that each attempt to create looks first. Those that have failed, and those that
   * await a file which no one sends any more, are deleted when there is no other.
   */
  private Optional<CloudflareVideo> find(Name name) throws VideoHostException {
    List<CloudflareVideo> known = api.named(name);
    Optional<CloudflareVideo> usable =
        known.stream()
            .filter(video -> !video.hasFailed() && !video.awaitsUpload())
            .max(
                Comparator.comparing(CloudflareVideo::ready)
                    .thenComparing(CloudflareVideo::percent)
                    .thenComparing(CloudflareVideo::uid));
    if (usable.isEmpty()) {
      for (CloudflareVideo useless : known) {
        deleteIfThere(useless.uid());
      }
    }
    return usable;
  }

  @Override
  public List<String> titled(String title, String collection) throws VideoHostException {
    return retrying(() -> api.named(new Name(title, collection))).stream()
        .map(CloudflareVideo::uid)
        .toList();
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
    if (tokens.isEmpty()) {
      return new Playback(
          address(hostedId, "manifest/video.m3u8"),
          Optional.of(address(hostedId, "thumbnails/thumbnail.jpg")),
          Optional.empty());
    }
    Signed recent = signed(hostedId, tokens.get());
    return new Playback(
        address(recent.token(), "manifest/video.m3u8"),
        Optional.of(address(recent.token(), "thumbnails/thumbnail.jpg")),
        Optional.of(recent.expires()));
  }

  private Signed signed(String hostedId, CloudflareTokens signing) {
    Instant expires = Instant.ofEpochSecond(clock.instant().plus(PLAYABLE_FOR).getEpochSecond());
    Optional<Signed> recent =
        Optional.ofNullable(signed.getIfPresent(hostedId))
            .filter(one -> expires.isBefore(one.expires().plus(SIGNED_AGAIN_AFTER)));
    if (recent.isPresent()) {
      return recent.get();
    }
    Signed next = new Signed(signing.token(hostedId, expires), expires);
    signed.put(hostedId, next);
    return next;
  }

  private URI address(String video, String file) {
    return URI.create(settings.playback() + "/" + video + "/" + file);
  }

  @Override
  public void delete(String hostedId) throws VideoHostException {
    retrying(() -> deleteIfThere(hostedId));
  }

  private Void deleteIfThere(String uid) throws VideoHostException {
    try {
      api.delete(uid);
    } catch (VideoHostException.Missing gone) {
      return null;
    }
    return null;
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
}
