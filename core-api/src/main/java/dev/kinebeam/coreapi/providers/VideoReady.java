package dev.kinebeam.coreapi.providers;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kinebeam.catalog.credentials.Provider;
import dev.kinebeam.catalog.credentials.ProviderCredentials;
import dev.kinebeam.catalog.credentials.ProviderSecret;
import dev.kinebeam.catalog.credentials.UnreadableSecretException;
import dev.kinebeam.catalog.host.BunnyWebhook;
import dev.kinebeam.catalog.host.CloudflareWebhook;
import dev.kinebeam.catalog.host.HostWebhook;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.OpenHandler;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /webhooks/video-ready/{provider}}: a host reports that a video may be playable. The
 * sender is proved by a signature over the body as it came. Nothing is changed by the message's
 * word: the video's task is due at once, and asks the host. So a message may come twice, late, in
 * any order, or not at all, since the task asks from time to time in any case.
 */
public final class VideoReady implements OpenHandler {
  /** Counts messages by provider and outcome. */
  public static final String COUNTER = "kinebeam.video.webhooks";

  private static final Logger LOG = LoggerFactory.getLogger(VideoReady.class);

  /** Messages have less than 4 kB. */
  private static final int LARGEST = 16 * 1024;

  /** Hosts send from few addresses, up to eight messages for each video. */
  private static final int PER_MINUTE = 1_200;

  /** Longer than a signature with a time is accepted. */
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private static final int MOST_REMEMBERED_BYTES = 4 * 1024 * 1024;

  private final ProviderCredentials credentials;
  private final Tasks tasks;
  private final Counts counts;
  private final Clock clock;

  /** A message that is sent again and again does not have the host asked as often. */
  private final Cache<Message, Boolean> acted =
      Caffeine.newBuilder()
          .maximumWeight(MOST_REMEMBERED_BYTES)
          .weigher((Message message, Boolean yes) -> message.body.remaining())
          .expireAfterWrite(REMEMBERED)
          .build();

  /** What waits for hosts. */
  @FunctionalInterface
  public interface Tasks {
    /** Has the task that waits for this video run now; false when none does. */
    boolean wake(String host, String hostedId);
  }

  /** Counts messages as {@link #COUNTER}. */
  @FunctionalInterface
  public interface Counts {
    void add(String provider, String outcome);
  }

  private record Message(Provider provider, ByteBuffer body) {}

  private enum Outcome {
    /** The video's task is due. */
    WOKEN,
    /** The same message was acted on before. */
    REPEATED,
    /** It reports progress, by which nothing becomes playable. */
    PROGRESS,
    /** No task waits for such a video. */
    UNKNOWN_VIDEO,
    /** Signed, and no message that we know. */
    MALFORMED,
    /** Not signed by the host, or too long ago. */
    UNAUTHENTIC,
    /** No secret of this provider is set. */
    NO_SECRET,
    /** The secret cannot be read. */
    UNREADABLE_SECRET
  }

  public VideoReady(ProviderCredentials credentials, Tasks tasks, Counts counts, Clock clock) {
    this.credentials = credentials;
    this.tasks = tasks;
    this.counts = counts;
    this.clock = clock;
  }

  @Override
  public boolean provesSender() {
    return true;
  }

  @Override
  public int perMinute() {
    return PER_MINUTE;
  }

  @Override
  public int maxBodyBytes() {
    return LARGEST;
  }

  @Override
  public Reply handle(Call call) throws Problem {
    Provider provider = Provider.of(call.path("provider")).orElseThrow(VideoReady::none);
    Outcome outcome = outcome(provider, call);
    counts.add(provider.word(), Words.write(outcome));
    return switch (outcome) {
      case WOKEN, REPEATED, PROGRESS, UNKNOWN_VIDEO -> Reply.empty(204, Map.of());
      case MALFORMED -> throw Problem.of(400, "This is not a message of the provider.");
      case UNAUTHENTIC ->
          throw Problem.of(401, "The signature is not valid.")
              .withHeader("WWW-Authenticate", "Signature");
      case NO_SECRET -> throw none();
      case UNREADABLE_SECRET ->
          throw Problem.unavailable("Messages cannot be verified at the moment.", 60);
    };
  }

  private Outcome outcome(Provider provider, Call call) {
    List<String> secrets;
    try {
      secrets = secrets(provider);
    } catch (UnreadableSecretException e) {
      LOG.error("a webhook of {} cannot be verified: {}", provider.word(), e.getMessage());
      return Outcome.UNREADABLE_SECRET;
    }
    if (secrets.isEmpty()) {
      return Outcome.NO_SECRET;
    }
    HostWebhook webhook = webhook(provider);
    if (!webhook.isAuthentic(call::header, call.body(), secrets, clock.instant())) {
      return Outcome.UNAUTHENTIC;
    }
    Optional<HostWebhook.Event> event = webhook.event(call.body());
    return event.map(about -> act(provider, call.body(), about)).orElse(Outcome.MALFORMED);
  }

  private Outcome act(Provider provider, byte[] body, HostWebhook.Event event) {
    if (!event.decides()) {
      return Outcome.PROGRESS;
    }
    Message message = new Message(provider, ByteBuffer.wrap(body));
    if (acted.getIfPresent(message) != null) {
      return Outcome.REPEATED;
    }
    if (!tasks.wake(provider.host(), event.hostedId())) {
      return Outcome.UNKNOWN_VIDEO;
    }
    acted.put(message, true);
    return Outcome.WOKEN;
  }

  private List<String> secrets(Provider provider) {
    return switch (provider) {
      case BUNNY_STREAM ->
          credentials.secrets(
              ProviderSecret.BUNNY_READ_ONLY_KEY, ProviderSecret.BUNNY_READ_ONLY_KEY_PREVIOUS);
      case CLOUDFLARE_STREAM ->
          credentials.secrets(
              ProviderSecret.CLOUDFLARE_WEBHOOK_SECRET,
              ProviderSecret.CLOUDFLARE_WEBHOOK_SECRET_PREVIOUS);
    };
  }

  private static HostWebhook webhook(Provider provider) {
    return switch (provider) {
      case BUNNY_STREAM -> new BunnyWebhook();
      case CLOUDFLARE_STREAM -> new CloudflareWebhook();
    };
  }

  private static Problem none() {
    return Problem.of(404, "There is no webhook of this provider here.");
  }
}
