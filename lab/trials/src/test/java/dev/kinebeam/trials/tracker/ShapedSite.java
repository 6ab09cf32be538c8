package dev.kinebeam.trials.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * A site with pages and videos whose network its pages shape: {@code /control/hold?path=} keeps the
 * answers to a path until {@code /control/release?path=}, {@code /control/fail?path=&times=} gives
 * 404 instead. {@code /media/NAME/…} are the same videos under any name. At {@code
 * /answers/NAME/STATUS,STATUS,…} is a receiver of events that gives one status after the other, the
 * last one for ever, and {@code /control/received?path=NAME} what it was sent.
 */
final class ShapedSite implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html",
          "js", "text/javascript",
          "m3u8", "application/vnd.apple.mpegurl",
          "m4s", "video/iso.segment",
          "mp4", "video/mp4");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Content files;
  private final Map<String, List<HttpExchange>> held = new HashMap<>();
  private final Map<String, Integer> failures = new HashMap<>();
  private final Map<String, Received> received = new HashMap<>();

  /** The bytes of a path. */
  @FunctionalInterface
  interface Content {
    Optional<byte[]> read(String path) throws IOException;
  }

  private record Received(Deque<String> statuses, List<String> bodies) {}

  private ShapedSite(HttpServer server, Content files) {
    this.server = server;
    this.files = files;
  }

  static ShapedSite of(Content files) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ShapedSite site = new ShapedSite(server, files);
    server.setExecutor(site.threads);
    server.createContext("/", site::handle);
    server.start();
    return site;
  }

  URI origin() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.startsWith("/control/")) {
      control(exchange, path.substring("/control/".length()));
    } else if (path.startsWith("/answers/")) {
      take(exchange, path.substring("/answers/".length()).split("/", -1));
    } else if (!isHeld(path, exchange)) {
      answer(exchange, path);
    }
  }

  private synchronized boolean isHeld(String path, HttpExchange exchange) {
    List<HttpExchange> waiting = held.get(path);
    return waiting != null && waiting.add(exchange);
  }

  private void control(HttpExchange exchange, String what) throws IOException {
    Map<String, String> query =
        Arrays.stream(exchange.getRequestURI().getRawQuery().split("&", -1))
            .map(pair -> pair.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], UTF_8)));
    String path = query.get("path");
    List<HttpExchange> released = List.of();
    String text = "";
    synchronized (this) {
      switch (what) {
        case "hold" -> held.putIfAbsent(path, new ArrayList<>());
        case "release" -> {
          List<HttpExchange> waiting = held.remove(path);
          released = waiting == null ? List.of() : waiting;
        }
        case "fail" -> failures.put(path, Integer.valueOf(query.get("times")));
        case "received" ->
            text = received.containsKey(path) ? received.get(path).bodies().toString() : "[]";
        default -> throw new IOException("no such control: " + what);
      }
    }
    send(exchange, 200, "application/json", text.getBytes(UTF_8));
    for (HttpExchange waiting : released) {
      answer(waiting, path);
    }
  }

  /** {@code name/status,status:seconds,…}; the seconds are those of Retry-After. */
  private void take(HttpExchange exchange, String[] path) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    String text = new String(packed ? unpacked(body) : body, UTF_8);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    String[] status;
    synchronized (this) {
      Received it =
          received.computeIfAbsent(
              path[0],
              name ->
                  new Received(
                      new ArrayDeque<>(List.of(path[1].split(",", -1))), new ArrayList<>()));
      status =
          (it.statuses().size() > 1 ? it.statuses().poll() : it.statuses().peek()).split(":", -1);
      it.bodies()
          .add(
              "{\"status\":%s,\"packed\":%s,\"authorization\":\"%s\",\"body\":%s}"
                  .formatted(status[0], packed, authorization, text));
    }
    if (status.length > 1) {
      exchange.getResponseHeaders().set("Retry-After", status[1]);
    }
    send(exchange, Integer.parseInt(status[0]), "application/json", new byte[] {'{', '}'});
  }

  private static byte[] unpacked(byte[] body) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return in.readAllBytes();
    }
  }

  private void answer(HttpExchange exchange, String path) throws IOException {
    Optional<byte[]> found = isFailing(path) ? Optional.empty() : files.read(path);
    if (found.isEmpty()) {
      send(exchange, 404, "text/plain", new byte[0]);
      return;
    }
    byte[] bytes = found.get();
    String type = TYPES.getOrDefault(path.substring(path.lastIndexOf('.') + 1), "text/plain");
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
    if (!path.startsWith("/media/untimed")) {
      exchange.getResponseHeaders().set("Timing-Allow-Origin", "*");
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    Matcher asked = RANGE.matcher(range == null ? "" : range);
    if (!asked.matches()) {
      send(exchange, 200, type, bytes);
      return;
    }
    int from = Integer.parseInt(asked.group(1));
    int to = asked.group(2).isEmpty() ? bytes.length : Integer.parseInt(asked.group(2)) + 1;
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, bytes.length));
    send(exchange, 206, type, Arrays.copyOfRange(bytes, from, to));
  }

  private synchronized boolean isFailing(String path) {
    int left = failures.getOrDefault(path, 0);
    failures.put(path, Math.max(0, left - 1));
    return left > 0;
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.getResponseHeaders().set("Cache-Control", "no-cache");
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** The file below a folder. */
  static Optional<byte[]> file(Path folder, String name) throws IOException {
    Path file = folder.resolve(name).normalize();
    return file.startsWith(folder) && Files.isRegularFile(file)
        ? Optional.of(Files.readAllBytes(file))
        : Optional.empty();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
