package dev.kinebeam.localstack.cloudflare;

import dev.kinebeam.localstack.cloudflare.Faults.Fault;
import dev.kinebeam.program.retry.RetryDelays;
import dev.kinebeam.program.retry.RetryPolicy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces videos that became ready or failed, each until it is answered with 2xx or given up. In
 * no certain order, and what was not delivered when the server stops is lost: receivers ask the
 * API, as they must with the real service.
 */
final class Notifications implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
  private static final RetryPolicy RETRIES =
      RetryPolicy.doubling(Duration.ofMillis(200), Duration.ofSeconds(30)).attempts(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration OLD = Duration.ofHours(1);
  private static final String HMAC = "HmacSHA256";

  private final Account account;
  private final VideoView view;
  private final Faults faults;
  private final InstantSource clock;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ANSWER).build();
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "notifications");
            thread.setDaemon(true);
            return thread;
          });

  /** Those that are sent after the next one; touched by the sender's thread only. */
  private final List<Notification> held = new ArrayList<>();

  /** A body with its address and its signature. */
  private record Notification(String address, String body, String signature) {}

  Notifications(Account account, VideoView view, Faults faults, InstantSource clock) {
    this.account = account;
    this.view = view;
    this.faults = faults;
    this.clock = clock;
  }

  void announce(StreamVideo video) {
    Optional<Account.Webhook> webhook = account.webhook();
    if (webhook.isEmpty() || faults.next(Fault.LOSE_WEBHOOK)) {
      return;
    }
    String body = view.ofNotification(video).toString();
    Duration age = faults.next(Fault.OLD_WEBHOOK) ? OLD : Duration.ZERO;
    long time = clock.instant().minus(age).getEpochSecond();
    String signature = "time=" + time + ",sig1=" + hex(webhook.get().secret(), time + "." + body);
    Notification next = new Notification(webhook.get().address(), body, signature);
    sender.execute(() -> order(next));
  }

  private void order(Notification next) {
    if (faults.next(Fault.SWAP_WEBHOOK)) {
      held.add(next);
      return;
    }
    for (int copy = 0; copy <= faults.webhookCopies(); copy++) {
      attempt(next, RetryDelays.begin(RETRIES));
    }
    held.forEach(late -> attempt(late, RetryDelays.begin(RETRIES)));
    held.clear();
  }

  private void attempt(Notification notification, RetryDelays delays) {
    String problem = send(notification);
    if (problem.isEmpty()) {
      return;
    }
    Optional<Duration> wait = delays.next();
    if (wait.isEmpty()) {
      LOG.error("gave up a notification after {} attempts: {}", delays.failures(), problem);
      return;
    }
    Executor later =
        CompletableFuture.delayedExecutor(wait.get().toMillis(), TimeUnit.MILLISECONDS, sender);
    later.execute(() -> attempt(notification, delays));
  }

  /** Returns what went wrong; empty when it was received. */
  private String send(Notification notification) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(notification.address()))
            .timeout(ANSWER)
            .header("Content-Type", "application/json")
            .header("Webhook-Signature", notification.signature())
            .POST(HttpRequest.BodyPublishers.ofString(notification.body()))
            .build();
    try {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status / 100 == 2 ? "" : "answered " + status;
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  /** {@code sig1}: hex of the HMAC over the time, a dot, and the raw body. */
  private static String hex(String secret, String signed) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
      return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }

  @Override
  public void close() {
    sender.shutdownNow();
  }
}
