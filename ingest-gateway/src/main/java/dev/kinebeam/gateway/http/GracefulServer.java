package dev.kinebeam.gateway.http;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.embeddedserver.EmbeddedServer;
import spark.embeddedserver.jetty.websocket.WebSocketHandlerWrapper;
import spark.ssl.SslStores;

/**
 * Spark's server with an end of our own: Spark's would call {@code System.exit} when a request
 * outlasts the stop timeout, which inside a shutdown hook would hang for ever.
 */
final class GracefulServer implements EmbeddedServer {
  private static final Logger LOG = LoggerFactory.getLogger(GracefulServer.class);

  private final EmbeddedServer spark;
  private final JettyServer jetty;

  GracefulServer(EmbeddedServer spark, JettyServer jetty) {
    this.spark = spark;
    this.jetty = jetty;
  }

  @Override
  public int ignite(
      String host, int port, SslStores stores, int maxThreads, int minThreads, int idleMillis)
      throws Exception {
    return spark.ignite(host, port, stores, maxThreads, minThreads, idleMillis);
  }

  @Override
  public void configureWebSockets(
      Map<String, WebSocketHandlerWrapper> handlers, Optional<Long> idleMillis) {
    spark.configureWebSockets(handlers, idleMillis);
  }

  @Override
  public void trustForwardHeaders(boolean trust) {
    spark.trustForwardHeaders(trust);
  }

  @Override
  public void join() throws InterruptedException {
    spark.join();
  }

  @Override
  @SuppressWarnings("CatchingUnchecked") // Jetty's stop declares Exception; there is no way back
  public void extinguish() {
    Server server = jetty.server();
    try {
      server.stop();
    } catch (TimeoutException e) {
      LOG.warn("requests were still in flight after the stop timeout and were cut off");
    } catch (Exception e) {
      LOG.warn("the HTTP server does not stop cleanly", e);
    }
  }

  @Override
  public int activeThreadCount() {
    return spark.activeThreadCount();
  }
}
