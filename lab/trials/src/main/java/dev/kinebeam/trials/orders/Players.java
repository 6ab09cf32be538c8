package dev.kinebeam.trials.orders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.servers.ApiCaller;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Players that play one render after the other until they are stopped. */
final class Players implements AutoCloseable {
  private static final Duration STARTED_WITHIN = Duration.ofMinutes(2);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final Duration ASKED_AGAIN_AFTER = Duration.ofMillis(500);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final ApiCaller gateway;
  private final Duration ahead;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<Play> plays = new CopyOnWriteArrayList<>();
  private final List<Future<?>> running = new ArrayList<>();

  /**
   * None yet.
   *
   * @param gateway is asked for the addresses of renders
   * @param ahead how much each holds beyond what it shows
   */
  Players(ApiCaller gateway, Duration ahead) {
    this.gateway = gateway;
    this.ahead = ahead;
  }

  /** What a player plays, one render after the other. */
  interface Programme {
    /** The next one; empty while it cannot be said. */
    Optional<UUID> next() throws Exception;

    /** That one is not played any more. */
    default void over(UUID render) throws Exception {}
  }

  /** One for each of these renders, which it plays first; the others after it. */
  void play(List<UUID> renders) {
    for (int i = 0; i < renders.size(); i++) {
      AtomicInteger next = new AtomicInteger(i);
      follow(() -> Optional.of(renders.get(next.getAndIncrement() % renders.size())));
    }
  }

  /** One that plays this programme. */
  void follow(Programme programme) {
    running.add(threads.submit(() -> playAll(programme)));
  }

  /** One viewing that begins with an address of its own. */
  Play play(UUID render, URI first) {
    Play play = new Play(http, this::address, render, ahead, stop::get);
    plays.add(play);
    running.add(
        threads.submit(
            () -> {
              play.run(first);
              return null;
            }));
    return play;
  }

  private Void playAll(Programme programme) throws Exception {
    while (!stop.get()) {
      Optional<UUID> render = programme.next();
      if (render.isEmpty()) {
        TimeUnit.NANOSECONDS.sleep(ASKED_AGAIN_AFTER.toNanos());
        continue;
      }
      playOne(render.get());
      programme.over(render.get());
    }
    return null;
  }

  private void playOne(UUID render) throws InterruptedException {
    while (!stop.get()) {
      Optional<URI> address = address(render);
      if (address.isPresent()) {
        Play play = new Play(http, this::address, render, ahead, stop::get);
        plays.add(play);
        play.run(address.get());
        return;
      }
      TimeUnit.NANOSECONDS.sleep(ASKED_AGAIN_AFTER.toNanos());
    }
  }

  /** Where a render plays now; empty while the gateway cannot say. */
  Optional<URI> address(UUID render) throws InterruptedException {
    try {
      HttpResponse<String> answer = gateway.get("/v1/renders/" + render, ANSWER_WITHIN);
      if (answer.statusCode() != 200) {
        return Optional.empty();
      }
      JsonNode url = Json.MAPPER.readTree(answer.body()).path("playback_hls_url");
      return url.isTextual() ? Optional.of(URI.create(url.textValue())) : Optional.empty();
    } catch (IOException unavailable) {
      return Optional.empty();
    }
  }

  /** Returns when each player's first video plays and so much of it is held. */
  void awaitHolding(Duration time) throws Exception {
    boolean hold =
        Await.comes(
            STARTED_WITHIN,
            () ->
                plays.size() >= running.size()
                    && plays.stream().allMatch(play -> play.holds(time)));
    if (!hold) {
      throw new IOException(
          "%d players do not hold %d s: %s".formatted(running.size(), time.toSeconds(), plays));
    }
  }

  /** How many viewings have begun to play. */
  long started() {
    return plays.stream().filter(Play::hasStarted).count();
  }

  /** How many of them were interrupted. */
  long interrupted() {
    return plays.stream().filter(play -> !play.interruptions().isEmpty()).count();
  }

  /** What interrupted them. */
  List<String> interruptions() {
    return plays.stream().flatMap(play -> play.interruptions().stream()).toList();
  }

  /** Stops all of them where they are; what they have counted is final then. */
  void stop() throws IOException, InterruptedException {
    stop.set(true);
    for (Future<?> one : running) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IOException("a player failed: " + e.getCause(), e);
      }
    }
    running.clear();
  }

  @Override
  public void close() {
    stop.set(true);
    threads.shutdownNow();
  }
}
