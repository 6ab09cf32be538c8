package dev.kinebeam.gateway.http;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * For those who run the gateway, on a port of its own: {@code /livez} (the process answers), {@code
 * /readyz} (what it needs can be reached; 503 and the names of what cannot), {@code /metrics}
 * (Prometheus text).
 */
public final class AdminServer implements AutoCloseable {
  private static final HttpLimits LIMITS = HttpLimits.of(8, Duration.ofSeconds(1));

  private final SparkServer server;

  private AdminServer(SparkServer server) {
    this.server = server;
  }

  /**
   * Starts serving; port 0 takes a free one.
   *
   * @param unreachable the names of what the gateway needs and cannot reach now
   * @param metrics the metrics in Prometheus' text format
   * @throws IOException when the address cannot be bound
   */
  public static AdminServer start(
      String host, int port, Supplier<List<String>> unreachable, Supplier<String> metrics)
      throws IOException {
    return new AdminServer(
        SparkServer.start(
            host,
            port,
            LIMITS,
            service -> {
              service.get(
                  "/livez",
                  (in, out) -> SparkServer.write(Reply.json(200, Map.of("live", true)), out));
              service.get("/readyz", (in, out) -> SparkServer.write(ready(unreachable.get()), out));
              service.get(
                  "/metrics",
                  (in, out) -> {
                    out.type("text/plain; version=0.0.4; charset=utf-8");
                    return metrics.get();
                  });
              service.notFound(
                  (in, out) ->
                      SparkServer.write(
                          Reply.problem(Problem.of(404, "There is nothing at this path.")), out));
            }));
  }

  private static Reply ready(List<String> unreachable) {
    return Reply.json(
        unreachable.isEmpty() ? 200 : 503,
        Map.of("ready", unreachable.isEmpty(), "unreachable", unreachable));
  }

  /** The port that was bound. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}
