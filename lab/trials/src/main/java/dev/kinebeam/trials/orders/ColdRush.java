package dev.kinebeam.trials.orders;

import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Very many requests at once for one render that was never played: each piece of its sound is
 * encoded once, and whoever has to wait for too long is asked to come again.
 */
final class ColdRush implements OrderFault.Strike {
  private static final int REQUESTS = 10_000;
  private static final int AT_ONCE = 256;
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;
  private static final Duration COUNTED_WITHIN = Duration.ofSeconds(30);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
  private static final Pattern ENCODED =
      Pattern.compile("(?m)^kinebeam_video_host_sound_pieces_encoded_total (\\S+)$");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final LongAdder served = new LongAdder();
  private final LongAdder deferred = new LongAdder();
  private final Map<URI, ByteBuffer> contents = new ConcurrentHashMap<>();
  private UUID render;

  @Override
  public void prepare(Stage stage) throws Exception {
    render = stage.ready(Orders.longRecipe(stage.environment().untouched()));
  }

  @Override
  public void run(Stage stage) throws Exception {
    List<URI> segments = stage.segments(stage.address(render));
    long encodedBefore = encoded(stage);
    long keptBefore = kept(stage);
    rush(stage, segments);
    // What was refused every time is asked for again, so that every piece is there.
    stage.content(render);
    // Players may be waiting for a piece at this moment, which is counted before it is there.
    boolean once =
        Await.comes(
            COUNTED_WITHIN, () -> encoded(stage) - encodedBefore == kept(stage) - keptBefore);
    long encoded = encoded(stage) - encodedBefore;
    stage
        .progress()
        .accept(
            "%d requests for %d files: %d served, %d asked to come again; %d pieces encoded"
                .formatted(REQUESTS, segments.size(), served.sum(), deferred.sum(), encoded));
    stage.expect(encoded > 0, "nothing was encoded: the render was not cold");
    stage.expect(
        once,
        "%d pieces of sound were encoded, and %d are there"
            .formatted(encoded, kept(stage) - keptBefore));
    stage.expect(
        served.sum() + deferred.sum() == REQUESTS,
        "%d requests were neither served nor asked to come again"
            .formatted(REQUESTS - served.sum() - deferred.sum()));
  }

  private void rush(Stage stage, List<URI> segments) throws InterruptedException {
    Semaphore room = new Semaphore(AT_ONCE);
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      URI segment = segments.get(i % segments.size());
      room.acquire();
      answers.add(
          http.sendAsync(
                  HttpRequest.newBuilder(segment).timeout(ANSWER_WITHIN).build(),
                  BodyHandlers.ofByteArray())
              .whenComplete((answer, failure) -> room.release())
              .handle(
                  (answer, failure) -> {
                    count(stage, segment, answer, failure);
                    return null;
                  }));
    }
    answers.forEach(CompletableFuture::join);
  }

  private void count(Stage stage, URI segment, HttpResponse<byte[]> answer, Throwable failure) {
    if (failure != null) {
      stage.expect(false, segment.getPath() + ": " + failure);
    } else if (answer.statusCode() == OK) {
      served.increment();
      ByteBuffer body = ByteBuffer.wrap(answer.body());
      ByteBuffer known = contents.putIfAbsent(segment, body);
      stage.expect(
          known == null || known.equals(body), segment.getPath() + " was served with other bytes");
    } else if (answer.statusCode() == UNAVAILABLE
        && answer.headers().firstValue("Retry-After").isPresent()) {
      deferred.increment();
    } else {
      stage.expect(false, segment.getPath() + " answered " + answer.statusCode());
    }
  }

  private static long encoded(Stage stage) throws IOException, InterruptedException {
    URI metrics =
        URI.create("http://127.0.0.1:" + stage.environment().host().adminPort() + "/metrics");
    Matcher counter = ENCODED.matcher(Stage.text(stage.answer(metrics)));
    if (!counter.find()) {
      throw new IOException("the host does not count the pieces that it encodes");
    }
    return Math.round(Double.parseDouble(counter.group(1)));
  }

  private static long kept(Stage stage) throws IOException {
    Path copies = stage.environment().hostCopies();
    try (Stream<Path> files = Files.walk(copies)) {
      return files
          .filter(file -> copies.relativize(file).toString().startsWith("sound-v"))
          .filter(Files::isRegularFile)
          .count();
    }
  }
}
