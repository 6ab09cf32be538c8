package dev.kinebeam.gateway.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.Response;
import spark.Service;
import spark.embeddedserver.EmbeddedServers;

/** One listening Spark service. Closing it lets requests in flight finish. */
final class SparkServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SparkServer.class);

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

  /**
   * Writes {@code reply}, all of it unless it flows; the value is what Spark wants a route to
   * return, and leaves alone because the answer has begun.
   */
  static Object write(Reply reply, Response response) {
    HttpServletResponse raw = response.raw();
    raw.setStatus(reply.status());
    if (!reply.contentType().isEmpty()) {
      raw.setContentType(reply.contentType());
    }
    reply.headers().forEach(raw::setHeader);
    try {
      if (reply.flow().isPresent()) {
        raw.flushBuffer();
      } else {
        raw.setContentLength(reply.body().length);
        raw.getOutputStream().write(reply.body());
        raw.getOutputStream().close();
      }
    } catch (IOException e) {
      LOG.debug("a caller went before its answer was written", e);
    }
    return "";
  }

  @Override
  public void close() {
    service.stop();
    service.awaitStop();
  }
}
