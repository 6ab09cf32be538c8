package dev.kinebeam.catalog.host;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Dependency;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.program.retry.RetryPolicy;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.UuidV5;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Our own video host. A composition is playable when it has taken it; a file is sent through the
 * bucket of the mezzanines, which host and publishers share. A video's id is a function of its
 * collection and title.
 */
public final class OwnHost implements VideoHost {
  /** What rows and settings call it. */
  public static final String NAME = "own";

  private static final UUID NAMESPACE = UUID.fromString("0c2d4b3e-52f8-4b0c-9d0e-6f6f776e0001");
  private static final Duration PLAYABLE_FOR = Duration.ofHours(1);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final RetryPolicy RETRIES =
      RetryPolicy.doubling(Duration.ofMillis(50), Duration.ofSeconds(10)).attempts(7);

  private final OwnHostSettings settings;
  private final Optional<ObjectStore> uploads;
  private final HostHttp http;
  private final Retrier retrier;
  private final Clock clock;

  private OwnHost(
      OwnHostSettings settings, Optional<ObjectStore> uploads, HostHttp http, Clock clock) {
    this.settings = settings;
    this.uploads = uploads;
    this.http = http;
    this.retrier = Retrier.of(RETRIES);
    this.clock = clock;
  }

  /** For a process that only signs addresses. Opens no connection. */
  public static OwnHost open(OwnHostSettings settings) {
    return open(settings, Optional.empty());
  }

  /**
   * Opens no connection yet.
   *
   * @param uploads the bucket of the mezzanines, for files; stays the caller's to close
   */
  public static OwnHost open(OwnHostSettings settings, Optional<ObjectStore> uploads) {
    return new OwnHost(settings, uploads, new HostHttp(ANSWER, ANSWER), Clock.systemUTC());
  }

  /**
   * Watches the host's API until closed.
   *
   * @param waiting what stands still without it
   */
  public static Dependencies.Watch watch(
      OwnHostSettings settings, Dependencies dependencies, String waiting) {
    Duration head = Dependencies.ANSWER_WITHIN.minusMillis(500);
    OwnHost host =
        new OwnHost(
            settings,
            Optional.empty(),
            new HostHttp(head, Duration.ofMillis(500)),
            Clock.systemUTC());
    return dependencies.watch(
        Dependency.videoHost(settings.api().toString()), waiting, () -> host::requireAnswer);
  }

  private void requireAnswer() throws VideoHostException {
    try {
      http.send(request("/v1/videos/" + new UUID(0, 0)).GET());
    } catch (VideoHostException.Missing | VideoHostException.Refused answered) {
      return;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, false, false, false, false);
  }

  /** The id of the video of this title. */
  public static UUID idOf(String title, String collection) {
    return UuidV5.of(NAMESPACE, collection + "\n" + title);
  }

  @Override
  public String publish(Content content, String title, String collection, Journal journal)
      throws VideoHostException {
    String id = idOf(title, collection).toString();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("collection", collection);
    body.put("title", title);
    journal.creating();
    journal.created(id);
    if (content instanceof Content.Composed composed) {
      body.put("composition", composed.composition());
    } else if (content instanceof Content.OfFile file) {
      if (isThere(id)) {
        return id;
      }
      body.put("upload", uploaded(id, file.file()));
    } else {
      throw new IllegalArgumentException(NAME + " takes compositions and files, not addresses");
    }
    byte[] json = Json.bytes(body);
    retrying(
        () ->
            http.send(
                request("/v1/videos")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(json))));
    return id;
  }

  /** A file is not sent again for a video that is there and has not failed. */
  private boolean isThere(String id) throws VideoHostException {
    HostedStatus status = status(id);
    return !(status instanceof HostedStatus.Gone || status instanceof HostedStatus.Failed);
  }

  private String uploaded(String id, Path file) throws VideoHostException {
    String key = "uploads/" + id;
    ObjectStore bucket =
        uploads.orElseThrow(
            () ->
                new IllegalStateException(
                    "S3_MEZZANINE_BUCKET is not set; files go to the video host through it"));
    try {
      bucket.put(key, file, "application/octet-stream");
      return key;
    } catch (ObjectStoreException e) {
      throw new VideoHostException.Unavailable("the file was not uploaded: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> titled(String title, String collection) throws VideoHostException {
    String id = idOf(title, collection).toString();
    return status(id) instanceof HostedStatus.Gone ? List.of() : List.of(id);
  }

  /** The file is sent first. */
  @Override
  public List<String> unfinished(String title, String collection) {
    return List.of(idOf(title, collection).toString());
  }

  @Override
  public HostedStatus status(String hostedId) throws VideoHostException {
    HostAnswer video;
    try {
      video = retrying(() -> answer(request(address(hostedId)).GET()));
    } catch (VideoHostException.Missing e) {
      return new HostedStatus.Gone();
    }
    String status = video.text("status");
    return switch (status) {
      case "processing" -> new HostedStatus.Processing(video.number("percent"), Optional.empty());
      case "ready" ->
          new HostedStatus.Playable(
              video.seconds("seconds"), video.number("width"), video.number("height"));
      case "failed" -> new HostedStatus.Failed(video.text("failure"), HostedStatus.Remedy.NONE);
      default -> throw video.wrong("status", "processing, ready or failed");
    };
  }

  private HostAnswer answer(HttpRequest.Builder request) throws VideoHostException {
    HttpResponse<byte[]> response = http.send(request);
    return HostAnswer.parse(HostHttp.call(response.request()), response.body());
  }

  @Override
  public Playback playback(String hostedId) {
    Instant expires = expiry();
    return new Playback(
        address(hostedId, "playlist.m3u8", expires, false), Optional.empty(), Optional.of(expires));
  }

  /**
   * Where the video's MP4 is for as long as a playback lasts; the host makes it when it is asked
   * for, and answers 503 with {@code Retry-After} meanwhile. For those who may have the file.
   */
  public URI original(String hostedId) {
    return address(hostedId, "original", expiry(), true);
  }

  private Instant expiry() {
    return Instant.ofEpochSecond(clock.instant().plus(PLAYABLE_FOR).getEpochSecond());
  }

  private URI address(String hostedId, String file, Instant expires, boolean original) {
    UUID id = UUID.fromString(hostedId);
    String token = new PlaybackToken(id, expires, original).signed(settings.tokenKey());
    return URI.create(settings.playback() + "/t/" + token + "/v/" + id + "/" + file);
  }

  @Override
  public void delete(String hostedId) throws VideoHostException {
    try {
      retrying(() -> http.send(request(address(hostedId)).DELETE()));
    } catch (VideoHostException.Missing gone) {
      return;
    }
  }

  private static String address(String hostedId) {
    return "/v1/videos/" + URLEncoder.encode(hostedId, StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(settings.api() + path))
        .timeout(ANSWER)
        .header("Authorization", "Bearer " + settings.requiredApiKey())
        .header("Accept", "application/json");
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
