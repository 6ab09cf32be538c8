package dev.kinebeam.web.http;

import dev.kinebeam.web.auth.Authenticator;
import java.io.IOException;
import java.util.List;
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
  private final RequestSlots slots;
  private final ReplyWriter writer;
  private final ApiGate gate;
  private final SparkServer server;

  /**
   * What it is called and where it listens.
   *
   * @param server its name in messages to callers, such as {@code gateway}
   * @param port 0 takes a free one
   */
  public record Address(String server, String host, int port) {}

  /**
   * What the server is made of.
   *
   * @param budget what the bodies of all requests may hold together
   */
  public record Setup(
      Address address,
      HttpLimits limits,
      BodyBudget budget,
      List<Route> routes,
      Authenticator authenticator,
      Cors cors,
      Pages pages,
      RequestObserver observer) {}

  private ApiServer(Setup setup) throws IOException {
    slots = new RequestSlots(setup.address.server(), setup.limits.maxInFlight());
    ResponseFinisher finish = new ResponseFinisher(setup.cors);
    writer = new ReplyWriter(setup.address.server(), finish, setup.observer);
    gate =
        new ApiGate(
            new RouteTable(setup.routes),
            setup.pages,
            setup.authenticator,
            finish,
            slots,
            setup.observer);
    JettyServer jetty =
        new JettyServer(
            setup.address.host(),
            setup.address.port(),
            setup.limits,
            spark -> new FrontHandler(gate, setup.limits, setup.budget, spark),
            writer);
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
    writer.stop();
    server.close();
  }

  /** The gate has chosen the target, and only methods that a target takes come here. */
  private void define(Service service) {
    service.get("*", this::answer);
    service.head("*", this::answer);
    service.post("*", this::answer);
    service.put("*", this::answer);
    service.patch("*", this::answer);
    service.delete("*", this::answer);
  }

  /** The writer sends the reply; the value is what Spark wants a route to return. */
  private Object answer(Request request, Response response) {
    ApiGate.Admitted admitted = request.attribute(FrontHandler.ADMISSION);
    Gate.Head head = request.attribute(FrontHandler.HEAD);
    request.attribute(ReplyWriter.REPLY, reply(request, head, admitted.target()));
    return "";
  }

  private Reply reply(Request request, Gate.Head head, ApiGate.ToRoute target) {
    try {
      return slots.serve(head, target.route().path(), () -> serve(request, target));
    } catch (Problem problem) {
      return Reply.problem(problem);
    }
  }

  private Reply serve(Request request, ApiGate.ToRoute target) throws Exception {
    SparkCall call = new SparkCall(request, target.parameters(), target.queries());
    Route.Handler handler = target.route().handler();
    if (handler instanceof OpenHandler open) {
      return open.handle(call);
    }
    return handler instanceof BeaconHandler beacons
        ? beacons.handle(
            call, new Callers(target.caller(), token -> gate.caller(target.route(), token)))
        : handler.handle(call, target.caller().orElseThrow());
  }
}
