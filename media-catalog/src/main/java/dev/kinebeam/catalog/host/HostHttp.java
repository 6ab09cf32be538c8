package dev.kinebeam.catalog.host;

import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.program.retry.RetryAfter;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of a host's API, each tried once, whose answers have an end: one longer than 8 MiB counts
 * as none.
 *
 * @param answerWithin for the head of an answer, unless the request has a limit of its own
 * @param bodyWithin for its body, beyond that
 * @param busy the statuses below 500 by which the host says that asking again later may help
 */
record HostHttp(HttpClient http, Duration answerWithin, Duration bodyWithin, Set<Integer> busy) {
  /** A hundred videos take about 200 KB. */
  private static final int LONGEST_ANSWER = 8 << 20;

  private static final int NOT_FOUND = 404;
  static final int TOO_MANY = 429;
  private static final int SERVER_TROUBLE = 500;
  private static final Duration CONNECT = Duration.ofSeconds(5);

  HostHttp(Duration answerWithin, Duration bodyWithin) {
    this(answerWithin, bodyWithin, Set.of(TOO_MANY));
  }

  HostHttp(Duration answerWithin, Duration bodyWithin, Set<Integer> busy) {
    this(
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build(),
        answerWithin,
        bodyWithin,
        busy);
  }

  /** For messages. */
  static String call(HttpRequest request) {
    return request.method() + " " + request.uri().getPath();
  }

  /**
   * Sends a request once.
   *
   * @return an answer of 2xx
   * @throws VideoHostException for every other answer, and for none
   */
  HttpResponse<byte[]> send(HttpRequest.Builder builder) throws VideoHostException {
    HttpRequest request = builder.build();
    String call = call(request);
    try {
      return checked(call, answered(request));
    } catch (VideoHostException e) {
      throw e;
    } catch (IOException e) {
      throw new VideoHostException.Unavailable("no answer to " + call + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VideoHostException.Unavailable("interrupted during " + call, e);
    }
  }

  /** The request's own limit ends when the answer's head has come; a body may stall after it. */
  private HttpResponse<byte[]> answered(HttpRequest request)
      throws IOException, InterruptedException {
    Duration limit = request.timeout().orElse(answerWithin).plus(bodyWithin);
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BoundedBody.bytes(LONGEST_ANSWER));
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("it did not arrive completely within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private HttpResponse<byte[]> checked(String call, HttpResponse<byte[]> answer)
      throws VideoHostException {
    int status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return answer;
    }
    String body = HostAnswer.shortened(new String(answer.body(), StandardCharsets.UTF_8));
    String message = "%s was answered %d: %s".formatted(call, status, body);
    if (status == NOT_FOUND) {
      throw new VideoHostException.Missing(message);
    }
    if (busy.contains(status) || status >= SERVER_TROUBLE) {
      throw new VideoHostException.Unavailable(message, retryAfter(answer));
    }
    throw new VideoHostException.Refused(message, status);
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .flatMap(value -> RetryAfter.parse(value, hostsClock(answer)));
  }

  private static Instant hostsClock(HttpResponse<?> answer) {
    return answer.headers().firstValue("Date").flatMap(RetryAfter::date).orElseGet(Instant::now);
  }
}
