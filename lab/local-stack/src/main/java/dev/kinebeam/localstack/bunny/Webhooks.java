package dev.kinebeam.localstack.bunny;

import dev.kinebeam.program.retry.RetryDelays;
import dev.kinebeam.program.retry.RetryPolicy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces status changes in the order in which they happened, each until it is answered with 2xx
 * or given up. What was not delivered when the host stops is lost: receivers ask the API, as they
 * must with the real service.
 */
final class Webhooks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
  private static final RetryPolicy RETRIES =
      RetryPolicy.doubling(Duration.ofMillis(200), Duration.ofSeconds(30)).attempts(8);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final Optional<URI> address;
  private final long libraryId;
  private final String readOnlyKey;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ANSWER).build();
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "webhooks");
            thread.setDaemon(true);
            return thread;
          });

  /** Touched by the sender's thread only. */
  private final Queue<byte[]> waiting = new ArrayDeque<>();

  Webhooks(BunnySettings settings) {
    this.address = settings.webhook();
    this.libraryId = settings.libraryId();
    this.readOnlyKey = settings.readOnlyKey();
  }

  void announce(String guid, WebhookStatus status) {
    if (address.isEmpty()) {
      return;
    }
    byte[] body =
        "{\"VideoLibraryId\":%d,\"VideoGuid\":\"%s\",\"Status\":%d}"
            .formatted(libraryId, guid, status.code())
            .getBytes(StandardCharsets.UTF_8);
    sender.execute(() -> enqueue(body));
  }

  private void enqueue(byte[] body) {
    waiting.add(body);
    if (waiting.size() == 1) {
      attempt(RetryDelays.begin(RETRIES));
    }
  }

  private void attempt(RetryDelays delays) {
    byte[] body = waiting.element();
    String problem = send(body);
    if (!problem.isEmpty()) {
      Optional<Duration> wait = delays.next();
      if (wait.isPresent()) {
        CompletableFuture.delayedExecutor(wait.get().toMillis(), TimeUnit.MILLISECONDS, sender)
            .execute(() -> attempt(delays));
        return;
      }
      LOG.error(
          "gave up announcing {} after {} attempts: {}",
          new String(body, StandardCharsets.UTF_8),
          delays.failures(),
          problem);
    }
    waiting.remove();
    if (!waiting.isEmpty()) {
      sender.execute(() -> attempt(RetryDelays.begin(RETRIES)));
    }
  }

  /** Returns what went wrong; empty when it was received. */
  private String send(byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(address.orElseThrow())
            .timeout(ANSWER)
            .header("Content-Type", "application/json")
            .header("X-BunnyStream-Signature-Version", "v1")
            .header("X-BunnyStream-Signature-Algorithm", "hmac-sha256")
            .header("X-BunnyStream-Signature", Signatures.ofWebhook(readOnlyKey, body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
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

  @Override
  public void close() {
    sender.shutdownNow();
  }
}
