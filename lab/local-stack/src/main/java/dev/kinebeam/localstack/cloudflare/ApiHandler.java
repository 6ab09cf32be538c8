package dev.kinebeam.localstack.cloudflare;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.kinebeam.localstack.cloudflare.Faults.Fault;
import dev.kinebeam.localstack.standin.ApiFailure;
import dev.kinebeam.localstack.standin.HttpCall;
import dev.kinebeam.localstack.standin.JsonFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /client/v4/accounts/{account}/stream/…} and the uploads' addresses {@code /tus/…}: checks
 * the token, finds the route, and turns failures into the API's envelope.
 */
final class ApiHandler implements HttpHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
  private static final int NO_BODY = -1;

  /** The path's parts before what is below {@code stream}. */
  private static final int PREFIX = 5;

  private final CloudflareSettings settings;
  private final StreamRoutes routes;
  private final Tus tus;
  private final Faults faults;
  private final Encoder encoder;
  private final CountDownLatch closed = new CountDownLatch(1);

  ApiHandler(
      CloudflareSettings settings, StreamRoutes routes, Tus tus, Faults faults, Encoder encoder) {
    this.settings = settings;
    this.routes = routes;
    this.tus = tus;
    this.faults = faults;
    this.encoder = encoder;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpCall call = new HttpCall(exchange);
      boolean ofFaults = call.path().get(call.path().size() - 1).equals("faults");
      if (!ofFaults && faults.next(Fault.HANG_CALL)) {
        closed.await();
        return;
      }
      Reply reply = reply(call, ofFaults);
      if (ofFaults || !faults.next(Fault.LOSE_ANSWER)) {
        send(exchange, reply);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Reply reply(HttpCall call, boolean ofFaults) throws IOException {
    try {
      if (!same("Bearer " + settings.apiToken(), call.header("Authorization"))) {
        throw new ApiFailure(HttpCall.UNAUTHORIZED, "Authentication error");
      }
      if (!ofFaults && faults.next(Fault.FAIL_CALL)) {
        throw new ApiFailure(faults.status(), "a fault that was ordered");
      }
      return route(call, ofFaults);
    } catch (ApiFailure failure) {
      call.drain();
      return Reply.error(failure.status(), failure.getMessage());
    } catch (RuntimeException broken) {
      LOG.error("{} {} failed", call.method(), call.path(), broken);
      return Reply.error(HttpCall.BROKEN, "the video host failed: " + broken.getMessage());
    }
  }

  private Reply route(HttpCall call, boolean ofFaults) throws ApiFailure, IOException {
    List<String> path = call.path();
    if (path.get(0).equals("tus") && path.size() == 2) {
      return tus.handle(call, path.get(1));
    }
    if (path.size() < PREFIX
        || !path.subList(0, PREFIX)
            .equals(List.of("client", "v4", "accounts", settings.account(), "stream"))) {
      throw new ApiFailure(HttpCall.NOT_FOUND, "there is no such route or account");
    }
    if (ofFaults) {
      // Not part of the API: lets tests see how clients take misbehaviour.
      Faults.Order order = JsonFiles.MAPPER.treeToValue(call.json(), Faults.Order.class);
      faults.order(order);
      if (order.finish() != null && !encoder.finish(order.finish())) {
        throw new ApiFailure(HttpCall.NOT_FOUND, "no video stays queued as " + order.finish());
      }
      return Reply.result(JsonFiles.MAPPER.nullNode());
    }
    return routes.handle(call, path.subList(PREFIX, path.size()));
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    if (reply.body() == null || exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(reply.status(), NO_BODY);
      return;
    }
    byte[] json = JsonFiles.MAPPER.writeValueAsBytes(reply.body());
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(reply.status(), json.length);
    exchange.getResponseBody().write(json);
  }

  private static boolean same(String expected, String given) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
  }

  /** Releases the calls that hang. */
  @Override
  public void close() {
    closed.countDown();
  }
}
