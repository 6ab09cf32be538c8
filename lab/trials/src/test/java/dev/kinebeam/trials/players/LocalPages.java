package dev.kinebeam.trials.players;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A small site of an origin of its own. */
public final class LocalPages implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  /** What the site answers to a path. */
  @FunctionalInterface
  interface Site {
    Content at(String path) throws Exception;
  }

  /** A page or file. */
  static final class Content {
    private final String type;
    private final byte[] bytes;

    Content(String type, byte[] bytes) {
      this.type = type;
      this.bytes = bytes;
    }
  }

  private LocalPages(HttpServer server, Site site) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, site));
    server.start();
  }

  /** Serves it at a free port. */
  static LocalPages of(Site site) throws IOException {
    return new LocalPages(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), site);
  }

  /** A page with nothing on it, at every path. */
  public static LocalPages empty() throws IOException {
    byte[] page = "<!doctype html><title>player</title><body></body>".getBytes(UTF_8);
    return of(path -> new Content("text/html", page));
  }

  private static void answer(HttpExchange exchange, Site site) throws IOException {
    try (exchange) {
      Content content = site.at(exchange.getRequestURI().getRawPath());
      exchange.getResponseHeaders().set("Content-Type", content.type);
      exchange.sendResponseHeaders(200, content.bytes.length);
      exchange.getResponseBody().write(content.bytes);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** The origin of its pages; {@code localhost} in place of the number is another one. */
  public URI origin() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
