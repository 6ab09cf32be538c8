package dev.kinebeam.gateway.http;

import dev.kinebeam.gateway.auth.Authenticator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.Request;
import spark.Response;
import spark.Service;

/**
 * Serves the routes and the pages. Every route's caller is recognised and checked against the
 * route's roles before its body is read, and its handler runs when the whole body is here; every
 * failure is a problem document. Closing the server lets what is in flight finish, within the
 * limits' stop timeout, and answers later requests 503.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  private final Cors cors;
  private final RequestObserver observer;
  private final Places places;
  private final Set<AsyncOutflow> flows = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;
  private final SparkServer server;

  /**
   * What the server is made of.
   *
   * @param port 0 takes a free one
   * @param budget what the bodies of all requests may hold together
   */
  public record Setup(
      String host,
      int port,
      HttpLimits limits,
      BodyBudget budget,
      List<Route> routes,
      Authenticator authenticator,
      Cors cors,
      Pages pages,
      RequestObserver observer) {}

  private ApiServer(Setup setup) throws IOException {
    cors = setup.cors;
    observer = setup.observer;
    places = new Places(setup.limits.maxInFlight());
    ApiGate gate =
        new ApiGate(
            new RouteTable(setup.routes), setup.pages, setup.authenticator, cors, places, observer);
    JettyServer jetty =
        new JettyServer(
            setup.host,
            setup.port,
            setup.limits,
            spark -> new FrontHandler(gate, setup.limits, setup.budget, spark));
    server = SparkServer.start(jetty, this::define);
  }

  /**
   * Starts serving.
   *
   * @throws IOException when the address cannot be bound
   */
  public static ApiServer start(Setup setup) throws IOException {
    return new ApiServer(setup);
  }

  /** The port that was bound. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    stopping = true;
    flows.forEach(AsyncOutflow::end);
    server.close();
  }

  /** The gate has chosen the target, and only methods that a target takes come here. */
  private void define(Service service) {
    service.get("*", this::answer);
    service.head("*", this::answer);
    service.post("*", this::answer);
    service.put("*", this::answer);
  }

  private Object answer(Request request, Response response) {
    ApiGate.Admitted admitted = request.attribute(FrontHandler.ADMISSION);
    Reply reply = cors.on(reply(request, admitted), Optional.ofNullable(request.headers("Origin")));
    observer.answered(
        request.requestMethod(),
        admitted.name(),
        reply.status(),
        System.nanoTime() - admitted.begunAt());
    Object written = SparkServer.write(reply, response);
    if (reply.flow().isPresent() && !request.requestMethod().equals("HEAD")) {
      flow(reply.flow().get(), request, response);
    }
    return written;
  }

  private Reply reply(Request request, ApiGate.Admitted admitted) {
    try {
      return places.serve(
          request.requestMethod() + " " + admitted.name(), () -> serve(request, admitted.target()));
    } catch (Problem problem) {
      return Reply.problem(problem);
    }
  }

  private Reply serve(Request request, ApiGate.ToRoute target) throws Exception {
    return target
        .route()
        .handler()
        .handle(new SparkCall(request, target.parameters()), target.caller());
  }

  private void flow(Consumer<Outflow> flow, Request request, Response response) {
    try {
      AsyncOutflow outflow = AsyncOutflow.begin(request, response.raw(), flows);
      flow.accept(outflow);
      if (stopping) {
        outflow.end();
      }
    } catch (IOException e) {
      LOG.debug("a caller went before its answer began", e);
    }
  }
}
