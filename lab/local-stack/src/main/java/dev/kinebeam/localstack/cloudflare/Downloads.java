package dev.kinebeam.localstack.cloudflare;

import dev.kinebeam.localstack.cloudflare.StreamVideo.Failure;
import dev.kinebeam.localstack.standin.VideoFolders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Fetches videos from their addresses as the real service does: first HEAD, for the size, then GET
 * by ranges. An origin that answers HEAD with anything but 200 and a length, or a range with
 * anything but 206, is ERR_FETCH_ORIGIN_ERROR.
 */
final class Downloads implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final long RANGE = 4 << 20;
  private static final int THREADS = 4;
  private static final int OK = 200;
  private static final int PARTIAL = 206;

  private final VideoFolders<StreamVideo> videos;
  private final Encoder encoder;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "downloads");
            thread.setDaemon(true);
            return thread;
          });

  private volatile boolean closing;

  Downloads(VideoFolders<StreamVideo> videos, Encoder encoder) {
    this.videos = videos;
    this.encoder = encoder;
  }

  void resumeAll() {
    videos.all().stream()
        .filter(video -> video.state() == State.DOWNLOADING)
        .forEach(this::enqueue);
  }

  void enqueue(StreamVideo video) {
    threads.execute(() -> download(video));
  }

  private void download(StreamVideo video) {
    try {
      long bytes = fetch(URI.create(video.source().address()), videos.original(video.uid()));
      videos.change(video.uid(), v -> v.received(bytes));
      encoder.enqueue(video.uid());
    } catch (IOException | IllegalArgumentException e) {
      if (!closing) {
        encoder.fail(video.uid(), new Failure("ERR_FETCH_ORIGIN_ERROR", e.getMessage()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long fetch(URI origin, Path target) throws IOException, InterruptedException {
    HttpRequest.Builder head =
        HttpRequest.newBuilder(origin).method("HEAD", HttpRequest.BodyPublishers.noBody());
    HttpResponse<Void> found = http.send(head.timeout(ANSWER).build(), BodyHandlers.discarding());
    if (found.statusCode() != OK) {
      throw new IOException("the origin answered HEAD with " + found.statusCode());
    }
    long size =
        found
            .headers()
            .firstValueAsLong("Content-Length")
            .orElseThrow(() -> new IOException("the origin's HEAD has no Content-Length"));
    Path part = target.resolveSibling("original.part");
    try (OutputStream out = Files.newOutputStream(part)) {
      for (long from = 0; from < size; from += RANGE) {
        range(origin, from, Math.min(size, from + RANGE) - 1, out);
      }
    }
    if (Files.size(part) != size) {
      throw new IOException("the origin sent " + Files.size(part) + " bytes of " + size);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return size;
  }

  private void range(URI origin, long first, long last, OutputStream out)
      throws IOException, InterruptedException {
    HttpRequest get =
        HttpRequest.newBuilder(origin)
            .timeout(ANSWER)
            .header("Range", "bytes=" + first + "-" + last)
            .build();
    HttpResponse<InputStream> answer = http.send(get, BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != PARTIAL) {
        throw new IOException("the origin answered a range with " + answer.statusCode());
      }
      body.transferTo(out);
    }
  }

  @Override
  public void close() {
    closing = true;
    threads.shutdownNow();
  }
}
