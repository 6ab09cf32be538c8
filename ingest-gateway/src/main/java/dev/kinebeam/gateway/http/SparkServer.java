package dev.kinebeam.gateway.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import spark.Request;
import spark.Response;
import spark.Service;
import spark.embeddedserver.EmbeddedServers;

/** One listening Spark service. Closing it lets requests in flight finish. */
final class SparkServer implements AutoCloseable {
  private final Service service;
  private final int port;

  private SparkServer(Service service, int port) {
    this.service = service;
    this.port = port;
  }

  /**
   * Starts a server; port 0 takes a free one.
   *
   * @throws IOException when the address cannot be bound
   */
  static SparkServer start(String host, int port, HttpLimits limits, Consumer<Service> routes)
      throws IOException {
    JettyServer jetty = new JettyServer(host, port, limits);
    Object identifier = new Object();
    EmbeddedServers.add(identifier, jetty);
    Service service = Service.ignite();
    service.embeddedServerIdentifier(identifier);
    service.ipAddress(host);
    service.port(port);
    AtomicReference<Exception> failure = new AtomicReference<>();
    service.initExceptionHandler(failure::set);
    routes.accept(service);
    service.init();
    service.awaitInitialization();
    if (failure.get() != null) {
      throw new IOException(
          "cannot listen on " + host + ":" + port + ": " + failure.get().getMessage(),
          failure.get());
    }
    return new SparkServer(service, jetty.localPort());
  }

  int port() {
    return port;
  }

  /** Writes {@code reply}; the value is what Spark wants a route to return. */
  static Object write(Reply reply, Response response) {
    response.status(reply.status());
    if (!reply.contentType().isEmpty()) {
      response.type(reply.contentType());
    }
    reply.headers().forEach(response::header);
    if (reply.flow().isEmpty() && reply.body().length > 0) {
      // Spark flushes before it closes: without a length every answer would be sent in chunks.
      response.raw().setContentLength(reply.body().length);
    }
    return reply.body();
  }

  static String path(Request request) {
    return request.pathInfo();
  }

  @Override
  public void close() {
    service.stop();
    service.awaitStop();
  }
}
