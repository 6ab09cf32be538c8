package dev.kinebeam.worker.webhooks;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.WebhookSecrets;
import dev.kinebeam.catalog.db.Webhooks;
import dev.kinebeam.catalog.db.Webhooks.Due;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the deliveries that are due, each at least once, some at a time. What a receiver does not
 * answer with a status of 200 to 299 is tried again, eight times within 24 hours in all.
 */
public final class WebhookSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
  private static final int AT_ONCE = 32;

  /** While receivers are waited for, deliveries to others may become due. */
  private static final Duration LOOKS_AGAIN = Duration.ofMillis(500);

  /** Between the attempts: 23 h 35 min in all. */
  static final List<Duration> DELAYS =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(7),
          Duration.ofHours(9));

  private final Webhooks webhooks;
  private final Optional<WebhookSecrets> secrets;
  private final Receiver receiver;
  private final Duration lease;
  private final Clock clock;
  private final ExecutorService threads;

  private WebhookSender(Database database, WebhookSettings settings, Clock clock) {
    this.webhooks = new Webhooks(database);
    this.secrets = settings.secrets();
    this.receiver = new Receiver(settings.development(), settings.timeout());
    // Longer than an attempt: whatever is taken is begun at once.
    this.lease = settings.timeout().multipliedBy(3);
    this.clock = clock;
    this.threads =
        Executors.newFixedThreadPool(
            AT_ONCE,
            task -> {
              Thread thread = new Thread(task, "webhook");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Sends nothing by itself: see {@link #sendDue}. */
  public static WebhookSender open(Database database, WebhookSettings settings, Clock clock) {
    if (settings.secrets().isEmpty()) {
      LOG.warn("{} is not set: webhooks are not sent", WebhookSecrets.KEY);
    }
    return new WebhookSender(database, settings, clock);
  }

  /**
   * Makes deliveries until none is due or under way; returns what was done, if something was. A
   * receiver that hangs keeps a few threads and no other receiver waiting.
   */
  public Optional<String> sendDue() throws InterruptedException {
    if (secrets.isEmpty()) {
      return Optional.empty();
    }
    CompletionService<Call> calls = new ExecutorCompletionService<>(threads);
    Map<UUID, Integer> underWay = new HashMap<>();
    int running = 0;
    int delivered = 0;
    int failed = 0;
    while (true) {
      List<Due> due = webhooks.take(lease, AT_ONCE - running, underWay);
      for (Due one : due) {
        Future<Call> unused =
            calls.submit(() -> new Call(one.subscriptionId(), send(secrets.get(), one)));
        running++;
        underWay.merge(one.subscriptionId(), 1, Integer::sum);
      }
      if (running == 0) {
        return delivered + failed == 0
            ? Optional.empty()
            : Optional.of("%d delivered, %d not".formatted(delivered, failed));
      }
      Future<Call> ended = calls.poll(LOOKS_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
      while (ended != null) {
        Call call = result(ended);
        running--;
        underWay.merge(call.subscriptionId(), -1, Integer::sum);
        delivered += call.delivered() ? 1 : 0;
        failed += call.delivered() ? 0 : 1;
        ended = calls.poll();
      }
    }
  }

  /** An attempt that has ended. */
  private record Call(UUID subscriptionId, boolean delivered) {}

  /** What a receiver does is recorded; anything else that fails is not the receiver's fault. */
  private static Call result(Future<Call> call) throws InterruptedException {
    try {
      return call.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a delivery was not recorded: " + e.getMessage(), e);
    }
  }

  private boolean send(WebhookSecrets keys, Due due) {
    long seconds = clock.instant().getEpochSecond();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("webhook-id", due.id().toString());
    headers.put("webhook-timestamp", Long.toString(seconds));
    headers.put(
        "webhook-signature",
        keys.signature(due.subscriptionId(), due.id(), seconds, due.payload()));
    Optional<Integer> status = Optional.empty();
    String error;
    try {
      int answer = receiver.post(due.url(), headers, due.payload());
      if (answer >= 200 && answer < 300) {
        webhooks.delivered(due.id(), answer);
        return true;
      }
      status = Optional.of(answer);
      error = "the receiver answered " + answer;
    } catch (IOException e) {
      error = e.getMessage() == null ? e.toString() : e.getMessage();
    }
    webhooks.failed(due.id(), status, error, again(due.attempts()));
    return false;
  }

  /** Deletes deliveries that have ended and are older than this from the log; returns how many. */
  public int trim(Duration age) {
    return webhooks.dropOlderThan(age);
  }

  /** After this many attempts and one more. */
  static Optional<Duration> again(int attempts) {
    return attempts < DELAYS.size() ? Optional.of(DELAYS.get(attempts)) : Optional.empty();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
