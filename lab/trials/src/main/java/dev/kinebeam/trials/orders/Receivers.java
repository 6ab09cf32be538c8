package dev.kinebeam.trials.orders;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.servers.ApiCaller;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Receivers of webhooks that hang, redirect and fail, beside one that works: it receives every
 * render, soon, and no delivery is followed to another address.
 */
final class Receivers implements OrderFault.Strike {
  private static final int CREATED = 201;
  private static final int FOUND = 302;
  private static final int FAILED = 500;
  private static final int NO_CONTENT = 204;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  /** The receiver that hangs is waited for 10 s. */
  private static final Duration TRIED_WITHIN = Duration.ofSeconds(30);

  private static final Duration DELIVERED_WITHIN = Duration.ofSeconds(20);

  private final Set<String> received = ConcurrentHashMap.newKeySet();
  private final AtomicInteger followed = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, String> subscriptions = new LinkedHashMap<>();
  private HttpServer server;

  @Override
  public void prepare(Stage stage) throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/works", exchange -> answer(exchange, NO_CONTENT));
    server.createContext("/fails", exchange -> answer(exchange, FAILED));
    server.createContext("/hangs", this::hang);
    server.createContext(
        "/redirects",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          answer(exchange, FOUND);
        });
    server.createContext(
        "/elsewhere",
        exchange -> {
          followed.incrementAndGet();
          answer(exchange, NO_CONTENT);
        });
    server.start();
    ApiCaller operator = stage.environment().operator();
    for (String path : List.of("/hangs", "/redirects", "/fails", "/works")) {
      subscriptions.put(path, subscribe(operator, path));
    }
  }

  private String subscribe(ApiCaller operator, String path)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        operator.post(
            "/v1/webhooks",
            Map.of(
                "url",
                "http://127.0.0.1:" + server.getAddress().getPort() + path,
                "events",
                List.of("render.ready", "render.failed")),
            Map.of(),
            ANSWER_WITHIN);
    if (answer.statusCode() != CREATED) {
      throw new IOException("no webhook was registered: " + answer.body());
    }
    return Json.MAPPER.readTree(answer.body()).path("id").textValue();
  }

  private void answer(HttpExchange exchange, int status) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (status == NO_CONTENT && exchange.getRequestURI().getPath().equals("/works")) {
      received.add(body);
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private void hang(HttpExchange exchange) {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  /** The receivers are what is wrong: nothing has to be broken. */
  @Override
  public void run(Stage stage) {}

  @Override
  public void check(Stage stage, List<UUID> before, List<UUID> renders) throws Exception {
    try {
      stage.expect(
          Await.comes(DELIVERED_WITHIN, () -> missing(renders) == 0),
          missing(renders) + " renders were not reported to the receiver that works");
      stage.expect(followed.get() == 0, followed.get() + " deliveries followed a redirect");
      for (String path : List.of("/hangs", "/redirects", "/fails")) {
        stage.expect(
            Await.comes(TRIED_WITHIN, () -> saysWhy(stage, path)),
            "the log of the receiver that " + path.substring(1) + " has no reason");
      }
    } finally {
      end(stage);
    }
  }

  private long missing(List<UUID> renders) {
    return renders.stream()
        .filter(render -> received.stream().noneMatch(body -> body.contains(render.toString())))
        .count();
  }

  private boolean saysWhy(Stage stage, String path) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        stage
            .environment()
            .operator()
            .get(
                "/v1/webhooks/" + subscriptions.get(path) + "/deliveries?limit=200", ANSWER_WITHIN);
    boolean why = false;
    for (JsonNode delivery : Json.MAPPER.readTree(answer.body()).path("deliveries")) {
      why |= !delivery.path("last_error").asText("").isEmpty();
    }
    return why;
  }

  private void end(Stage stage) throws IOException, InterruptedException {
    for (String id : subscriptions.values()) {
      stage.environment().operator().delete("/v1/webhooks/" + id, ANSWER_WITHIN);
    }
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
