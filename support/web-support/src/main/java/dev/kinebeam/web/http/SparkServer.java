package dev.kinebeam.web.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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
   * Starts {@code jetty} with these routes.
   *
   * @throws IOException when the address cannot be bound
   */
  static SparkServer start(JettyServer jetty, Consumer<Service> routes) throws IOException {
    Object identifier = new Object();
    EmbeddedServers.add(identifier, jetty);
    Service service = Service.ignite();
    service.embeddedServerIdentifier(identifier);
    AtomicReference<Exception> failure = new AtomicReference<>();
    service.initExceptionHandler(failure::set);
    routes.accept(service);
    service.init();
    service.awaitInitialization();
    if (failure.get() != null) {
      throw new IOException(
          "cannot listen on %s: %s; give another --port, or 0 for a free one"
              .formatted(jetty.address(), failure.get().getMessage()),
          failure.get());
    }
    return new SparkServer(service, jetty.localPort());
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    service.stop();
    service.awaitStop();
  }
}
