package dev.kinebeam.localstack.cloudflare;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Serves one file by HEAD and ranges of GET. */
final class Origin implements AutoCloseable {
  private final HttpServer server;

  /** The methods and ranges that were asked for. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  Origin(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String range = exchange.getRequestHeaders().getFirst("Range");
            asked.add(exchange.getRequestMethod() + " " + range);
            if (range == null) {
              exchange.getResponseHeaders().set("Content-Length", "" + bytes.length);
              exchange.sendResponseHeaders(200, -1);
              return;
            }
            String[] ends = range.replace("bytes=", "").split("-", -1);
            byte[] part =
                Arrays.copyOfRange(bytes, Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
            exchange.sendResponseHeaders(206, part.length);
            exchange.getResponseBody().write(part);
          }
        });
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/video.mp4?token=1");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
