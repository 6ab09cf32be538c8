package dev.kinebeam.render.imports;

import dev.kinebeam.program.retry.TemporaryFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches videos from hosts that were allowed by name, and from nowhere else: redirects are not
 * followed. Thread-safe.
 */
final class Downloads {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int BLOCK = 1 << 16;
  private static final int OK = 200;
  private static final int TOO_MANY = 429;
  private static final int SERVER_TROUBLE = 500;

  private final Set<AllowedHost> allowed;
  private final long maxBytes;
  private final Duration within;
  private final HttpClient http =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .build();

  /**
   * A host that may be asked.
   *
   * @param scheme https unless the allowance says http
   * @param port the scheme's usual one where none is named
   */
  record AllowedHost(String scheme, String host, int port) {
    /**
     * From {@code media.clinic.example}, {@code media.clinic.example:8443} or {@code
     * http://media.clinic.example}.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    static AllowedHost parse(String text) {
      URI uri;
      try {
        uri = URI.create(text.contains("://") ? text : "https://" + text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("--allow-url-host: " + text + " is not a host", e);
      }
      boolean plain = uri.getHost() != null && uri.getUserInfo() == null;
      if (!plain || !uri.getPath().replace("/", "").isEmpty() || uri.getQuery() != null) {
        throw new IllegalArgumentException(
            "--allow-url-host is " + text + "; it must be HOST, HOST:PORT or http://HOST[:PORT]");
      }
      return of(uri);
    }

    static AllowedHost of(URI uri) {
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      int usual = scheme.equals("https") ? 443 : 80;
      return new AllowedHost(
          scheme,
          String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT),
          uri.getPort() < 0 ? usual : uri.getPort());
    }
  }

  Downloads(Set<AllowedHost> allowed, long maxBytes, Duration within) {
    this.allowed = Set.copyOf(allowed);
    this.maxBytes = maxBytes;
    this.within = within;
  }

  /**
   * Fetches into a file.
   *
   * @throws RowFault when the address is not allowed, redirects, answers no, or gives too much
   * @throws TemporaryFailure when there is no answer, or not in time
   */
  void fetch(VideoSource.Address source, Path target) throws RowFault, IOException {
    URI uri = source.uri();
    AllowedHost host = AllowedHost.of(uri);
    boolean web = host.scheme().equals("https") || host.scheme().equals("http");
    if (uri.getHost() == null || !web) {
      throw new RowFault(source, "url must be an https:// address");
    }
    if (uri.getUserInfo() != null) {
      throw new RowFault(source, "an address must hold no user name or password");
    }
    if (!allowed.contains(host)) {
      throw new RowFault(
          source,
          "its host is not allowed; if it is the right one, start again with --allow-url-host="
              + (host.scheme().equals("http") ? "http://" : "")
              + uri.getRawAuthority());
    }
    long deadline = System.nanoTime() + within.toNanos();
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(within).GET().build();
    CompletableFuture<HttpResponse<InputStream>> pending =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    try {
      HttpResponse<InputStream> answer = pending.get(within.toMillis(), TimeUnit.MILLISECONDS);
      try (InputStream body = answer.body()) {
        check(source, answer);
        // A stalled read does not look at the clock: the stream is shut from outside.
        Thread guard = shutAt(deadline, body);
        try {
          copy(source, body, target, deadline);
        } finally {
          guard.interrupt();
        }
      }
    } catch (TimeoutException e) {
      throw new TemporaryFailure("it did not answer within " + within.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new TemporaryFailure("it cannot be fetched: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while fetching " + uri);
    } finally {
      pending.cancel(true);
    }
  }

  private static void check(VideoSource.Address source, HttpResponse<?> answer)
      throws RowFault, TemporaryFailure {
    int status = answer.statusCode();
    if (status >= 300 && status < 400) {
      throw new RowFault(
          source,
          "it redirects to "
              + answer.headers().firstValue("Location").orElse("nowhere")
              + "; redirects are not followed: name the address itself");
    }
    if (status == TOO_MANY || status >= SERVER_TROUBLE) {
      throw new TemporaryFailure("it answered " + status, null);
    }
    if (status != OK) {
      throw new RowFault(source, "it answered " + status);
    }
  }

  private Thread shutAt(long deadline, InputStream body) {
    Thread guard =
        new Thread(
            () -> {
              try {
                TimeUnit.NANOSECONDS.sleep(Math.max(0, deadline - System.nanoTime()));
                body.close();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the copy has ended
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "download-guard");
    guard.setDaemon(true);
    guard.start();
    return guard;
  }

  private void copy(VideoSource.Address source, InputStream body, Path target, long deadline)
      throws RowFault, IOException {
    byte[] block = new byte[BLOCK];
    long bytes = 0;
    try (OutputStream out = Files.newOutputStream(target)) {
      for (int read = read(body, block); read >= 0; read = read(body, block)) {
        bytes += read;
        if (bytes > maxBytes) {
          throw new RowFault(source, "it is larger than --max-mb " + (maxBytes >> 20));
        }
        if (System.nanoTime() - deadline > 0) {
          throw new TemporaryFailure(
              "it did not arrive completely within " + within.toSeconds() + " s", null);
        }
        out.write(block, 0, read);
      }
    }
  }

  private int read(InputStream body, byte[] block) throws TemporaryFailure {
    try {
      return body.read(block);
    } catch (IOException e) {
      throw new TemporaryFailure(
          "it broke off or did not arrive completely within " + within.toSeconds() + " s: " + e, e);
    }
  }
}
