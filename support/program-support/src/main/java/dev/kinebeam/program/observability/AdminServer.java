package dev.kinebeam.program.observability;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.program.config.HttpAddress;
import dev.kinebeam.program.process.LongLivedThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin port of a program: {@code /livez} (the process answers, and none of its {@link
 * LongLivedThread}s has failed), {@code /readyz} (200 when besides every required dependency
 * answered its last probe, else 503; the body says which did not, and why) and {@code /metrics}
 * (Prometheus' text format). No request waits for a dependency. It knows no passwords: it is meant
 * for loopback or a network of operators.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final int THREADS = 4;
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON = "application/json";

  private final HttpServer http;
  private final ExecutorService threads;
  private final Metrics.Registration info;

  private AdminServer(HttpServer http, ExecutorService threads, Metrics.Registration info) {
    this.http = http;
    this.threads = threads;
    this.info = info;
  }

  private record Answer(int status, String type, String body) {}

  /**
   * Starts to answer for a program that keeps its metrics in {@link Metrics#PROCESS}.
   *
   * @param program its name, as {@code kinebeam_program_info} has it
   * @param port 0 takes a free one
   * @throws IOException when the address cannot be bound
   */
  public static AdminServer start(String program, String host, int port) throws IOException {
    JvmMetrics.export(Metrics.PROCESS);
    Dependencies.PROCESS.startForGood();
    return start(program, host, port, Dependencies.PROCESS, Metrics.PROCESS, Metrics.PROCESS::text);
  }

  /**
   * Starts to answer from these states and metrics.
   *
   * @param metrics where the program's name is exported
   * @param text everything that {@code /metrics} answers
   * @throws IOException when the address cannot be bound
   */
  public static AdminServer start(
      String program,
      String host,
      int port,
      Dependencies dependencies,
      Metrics metrics,
      Supplier<String> text)
      throws IOException {
    HttpServer http;
    try {
      http = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s:%d for health and metrics (%s): give another --admin-port, or 0 for a free one"
              .formatted(host, port, e.getMessage()),
          e);
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS, AdminServer::daemon);
    http.setExecutor(threads);
    http.createContext(
        "/",
        exchange ->
            answer(
                exchange,
                Map.of(
                    "/livez", () -> live(LongLivedThread.failures()),
                    "/readyz", () -> ready(dependencies.states(), LongLivedThread.failures()),
                    "/metrics", () -> new Answer(200, TEXT, text.get()))));
    http.start();
    Metrics.Registration info =
        metrics.gauge(
            "kinebeam_program_info",
            "Always 1; the label says which program this is.",
            Map.of("program", program),
            () -> 1);
    AdminServer server = new AdminServer(http, threads, info);
    LOG.info("health and metrics of {} at {}/readyz", program, HttpAddress.of(host, server.port()));
    return server;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "admin");
    thread.setDaemon(true);
    return thread;
  }

  private static void answer(HttpExchange exchange, Map<String, Supplier<Answer>> pages)
      throws IOException {
    try (exchange) {
      Supplier<Answer> page = pages.get(exchange.getRequestURI().getPath());
      String method = exchange.getRequestMethod();
      Answer answer;
      if (page == null) {
        answer = new Answer(404, "text/plain", "There are /livez, /readyz and /metrics.\n");
      } else if (!List.of("GET", "HEAD").contains(method)) {
        answer = new Answer(405, "text/plain", "Only GET and HEAD.\n");
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      } else {
        answer = page.get();
      }
      byte[] body = answer.body.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type);
      boolean empty = method.equals("HEAD");
      exchange.sendResponseHeaders(answer.status, empty ? -1 : body.length);
      if (!empty) {
        exchange.getResponseBody().write(body);
      }
    } catch (RuntimeException e) {
      LOG.error("{} cannot be answered", exchange.getRequestURI(), e);
      throw e;
    }
  }

  private static Answer live(List<String> ended) {
    String body =
        "{\"live\":%b,\"ended_threads\":[%s]}%n".formatted(ended.isEmpty(), quoted(ended));
    return new Answer(ended.isEmpty() ? 200 : 503, JSON, body);
  }

  private static String quoted(List<String> texts) {
    return texts.stream().map(AdminServer::quoted).collect(Collectors.joining(","));
  }

  private static Answer ready(List<Dependencies.State> states, List<String> ended) {
    List<Dependencies.State> unreachable =
        states.stream().filter(state -> !state.up() && state.dependency().required()).toList();
    List<String> names =
        unreachable.stream().map(state -> state.dependency().name()).distinct().toList();
    boolean ready = unreachable.isEmpty() && ended.isEmpty();
    String body =
        "{\"ready\":%b,\"unreachable\":[%s],\"dependencies\":[%s],\"ended_threads\":[%s]}%n"
            .formatted(
                ready,
                quoted(names),
                states.stream().map(AdminServer::json).collect(Collectors.joining(",")),
                quoted(ended));
    return new Answer(ready ? 200 : 503, JSON, body);
  }

  private static String json(Dependencies.State state) {
    return "{\"name\":%s,\"address\":%s,\"required\":%b,\"up\":%b,\"reason\":%s}"
        .formatted(
            quoted(state.dependency().name()),
            quoted(state.dependency().address()),
            state.dependency().required(),
            state.up(),
            quoted(state.reason()));
  }

  /** As a JSON string; this module has no JSON library, since a Flink worker would load it. */
  static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < 0x20 || Character.isSurrogate(c)) {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  /** The port that was bound. */
  public int port() {
    return http.getAddress().getPort();
  }

  @Override
  public void close() {
    info.close();
    http.stop(0);
    threads.shutdownNow();
  }
}
