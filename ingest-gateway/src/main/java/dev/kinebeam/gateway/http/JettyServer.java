package dev.kinebeam.gateway.http;

import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;
import spark.ExceptionMapper;
import spark.embeddedserver.EmbeddedServer;
import spark.embeddedserver.EmbeddedServerFactory;
import spark.embeddedserver.jetty.EmbeddedJettyServer;
import spark.embeddedserver.jetty.JettyHandler;
import spark.embeddedserver.jetty.JettyServerFactory;
import spark.http.matching.MatcherFilter;
import spark.route.Routes;
import spark.staticfiles.StaticFilesConfiguration;

/** The Jetty beneath Spark: our own connector, limits, error documents and a graceful stop. */
final class JettyServer implements EmbeddedServerFactory, JettyServerFactory {
  private static final int SPARE_THREADS = 12;

  private final String host;
  private final int port;
  private final HttpLimits limits;
  private Server server;
  private ServerConnector connector;

  JettyServer(String host, int port, HttpLimits limits) {
    this.host = host;
    this.port = port;
    this.limits = limits;
  }

  Server server() {
    return server;
  }

  /** The port that was bound; known once the server runs. */
  int localPort() {
    return connector.getLocalPort();
  }

  @Override
  public EmbeddedServer create(
      Routes routes, StaticFilesConfiguration files, ExceptionMapper mapper, boolean more) {
    MatcherFilter filter = new MatcherFilter(routes, files, mapper, false, more);
    filter.init(null);
    // Waits for the requests in flight when the server stops, and answers later ones with 503.
    StatisticsHandler graceful = new StatisticsHandler();
    graceful.setHandler(new JettyHandler(filter));
    return new GracefulServer(new EmbeddedJettyServer(this, graceful), this);
  }

  @Override
  public Server create(int maxThreads, int minThreads, int idleMillis) {
    QueuedThreadPool threads = new QueuedThreadPool(limits.maxInFlight() + SPARE_THREADS, 8);
    threads.setName("http");
    return create(threads);
  }

  @Override
  public Server create(ThreadPool threads) {
    HttpConfiguration config = new HttpConfiguration();
    config.setSendServerVersion(false);
    config.setRequestHeaderSize(16 * 1024);
    // Spark would let a header choose the method, past the roles of the route.
    config.addCustomizer(
        (conn, channel, request) -> request.getHttpFields().remove("X-HTTP-Method-Override"));
    server = new Server(threads);
    connector = new ServerConnector(server, 1, 1, new StrictConnectionFactory(config));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(limits.idle().toMillis());
    connector.setReuseAddress(true);
    server.addConnector(connector);
    server.setErrorHandler(new ProblemErrorHandler());
    server.setStopTimeout(limits.stopTimeout().toMillis());
    return server;
  }
}
