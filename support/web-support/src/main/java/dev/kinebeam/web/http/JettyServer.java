package dev.kinebeam.web.http;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.ExceptionMapper;
import spark.embeddedserver.EmbeddedServer;
import spark.embeddedserver.EmbeddedServerFactory;
import spark.embeddedserver.jetty.websocket.WebSocketHandlerWrapper;
import spark.http.matching.MatcherFilter;
import spark.route.Routes;
import spark.ssl.SslStores;
import spark.staticfiles.StaticFilesConfiguration;

/**
 * The Jetty beneath Spark: our own connector, limits, error documents and a graceful stop. Spark's
 * own server would call {@code System.exit} when a request outlasts the stop timeout, which inside
 * a shutdown hook would hang for ever.
 */
final class JettyServer implements EmbeddedServerFactory, EmbeddedServer {
  private static final Logger LOG = LoggerFactory.getLogger(JettyServer.class);
  private static final int SPARE_THREADS = 12;
  private static final int LARGEST_HEAD = 16 * 1024;

  /** A player's usual request, 25 KB, is read at once. */
  private static final int INPUT_BUFFER = 32 * 1024;

  private final HttpLimits limits;
  private final UnaryOperator<Handler> front;
  private final Filter around;
  private final QueuedThreadPool threads;
  private final Server server;
  private final ServerConnector connector;

  /**
   * A server.
   *
   * @param front made around Spark's servlet, to see each request before it
   * @param around Spark's filter, to write what its routes reply
   */
  JettyServer(
      String host, int port, HttpLimits limits, UnaryOperator<Handler> front, Filter around) {
    this.front = front;
    this.around = around;
    this.limits = limits;
    threads = new QueuedThreadPool(limits.maxInFlight() + SPARE_THREADS, 8);
    threads.setName("http");
    server = new Server(threads);
    connector =
        new ServerConnector(
            server, 1, 1, new StrictConnectionFactory(http(), limits.timeouts().head()));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(limits.timeouts().idle().toMillis());
    connector.setReuseAddress(true);
    server.addConnector(connector);
    server.setErrorHandler(new ProblemErrorHandler());
    server.setStopTimeout(limits.stopTimeout().toMillis());
  }

  private static HttpConfiguration http() {
    HttpConfiguration config = new HttpConfiguration();
    config.setSendServerVersion(false);
    config.setRequestHeaderSize(LARGEST_HEAD);
    config.setInputBufferSize(INPUT_BUFFER);
    // Paths that can be read in two ways are refused by the gate, with a problem document of its
    // own.
    config.setUriCompliance(UriCompliance.UNSAFE);
    // Spark would let a header choose the method, past the roles of the route.
    config.addCustomizer((request, headers) -> WithoutMethodOverride.of(request));
    return config;
  }

  /** Where it is to listen, as host:port. */
  String address() {
    return connector.getHost() + ":" + connector.getPort();
  }

  /** The port that was bound; known once the server runs. */
  int localPort() {
    return connector.getLocalPort();
  }

  @Override
  public EmbeddedServer create(
      Routes routes, StaticFilesConfiguration files, ExceptionMapper mapper, boolean more) {
    ServletContextHandler servlets = new ServletContextHandler();
    addFilter(servlets, around);
    addFilter(servlets, new MatcherFilter(routes, files, mapper, false, more));
    // The gate has refused every path that can be read in two ways.
    servlets.getServletHandler().setDecodeAmbiguousURIs(true);
    // Waits for the requests in flight when the server stops, and answers later ones with 503.
    server.setHandler(new GracefulHandler(front.apply(servlets)));
    return this;
  }

  private static void addFilter(ServletContextHandler servlets, Filter filter) {
    FilterHolder holder = new FilterHolder(filter);
    holder.setAsyncSupported(true);
    servlets.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST));
  }

  @Override
  public int ignite(
      String host,
      int port,
      boolean http2,
      SslStores stores,
      int maxThreads,
      int minThreads,
      int idleMillis)
      throws Exception {
    server.start();
    return localPort();
  }

  @Override
  public void configureWebSockets(
      Map<String, WebSocketHandlerWrapper> handlers, Optional<Long> idleMillis) {
    if (handlers != null) {
      throw new UnsupportedOperationException("this server serves no web sockets");
    }
  }

  @Override
  public void join() throws InterruptedException {
    server.join();
  }

  @Override
  @SuppressWarnings("CatchingUnchecked") // Jetty's stop declares Exception; there is no way back
  public void extinguish() {
    try {
      server.stop();
    } catch (TimeoutException e) {
      LOG.warn(
          "requests were still in flight {} after the stop began and were cut off",
          limits.stopTimeout());
    } catch (Exception e) {
      LOG.warn("the HTTP server does not stop cleanly", e);
    }
  }

  @Override
  public int activeThreadCount() {
    return threads.getBusyThreads();
  }
}
