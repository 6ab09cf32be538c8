package dev.kinebeam.worker.webhooks;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.WebhookSecrets;
import dev.kinebeam.catalog.db.Webhooks;
import dev.kinebeam.catalog.db.Webhooks.Due;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the deliveries that are due, each at least once, some at a time. What a receiver does not
 * answer with a status of 200 to 299 is tried again, eight times within 24 hours in all.
 */
public final class WebhookSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
  private static final int AT_ONCE = 16;
  private static final int BATCH = 64;

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
    // Longer than all of a batch may take: each thread makes a few of its deliveries in turn.
    this.lease = settings.timeout().multipliedBy(BATCH / AT_ONCE + 2L);
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

  /** Makes deliveries until none is due; returns what was done, if something was. */
  public Optional<String> sendDue() throws InterruptedException {
    if (secrets.isEmpty()) {
      return Optional.empty();
    }
    AtomicInteger delivered = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    List<Due> due = webhooks.take(lease, BATCH);
    while (!due.isEmpty()) {
      List<Callable<Boolean>> calls =
          due.stream()
              .<Callable<Boolean>>map(one -> () -> send(secrets.get(), one, delivered, failed))
              .toList();
      requireAll(threads.invokeAll(calls));
      due = webhooks.take(lease, BATCH);
    }
    return delivered.get() + failed.get() == 0
        ? Optional.empty()
        : Optional.of("%d delivered, %d not".formatted(delivered.get(), failed.get()));
  }

  /** What a receiver does is recorded; anything else that fails is not the receiver's fault. */
  private static void requireAll(List<Future<Boolean>> calls) throws InterruptedException {
    for (Future<Boolean> call : calls) {
      try {
        call.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a delivery was not recorded: " + e.getMessage(), e);
      }
    }
  }

  private boolean send(
      WebhookSecrets keys, Due due, AtomicInteger delivered, AtomicInteger failed) {
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
        delivered.incrementAndGet();
        return true;
      }
      status = Optional.of(answer);
      error = "the receiver answered " + answer;
    } catch (IOException e) {
      error = e.getMessage() == null ? e.toString() : e.getMessage();
    }
    webhooks.failed(due.id(), status, error, again(due.attempts()));
    failed.incrementAndGet();
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
