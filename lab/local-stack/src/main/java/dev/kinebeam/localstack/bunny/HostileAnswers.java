package dev.kinebeam.localstack.bunny;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers to GETs, each with status 200, that no client should be harmed by. */
final class HostileAnswers {
  private static final int CHUNKED = 0;
  private static final int BLOCK = 1 << 16;

  /** By then a client that keeps what it reads has fallen over. */
  private static final long FLOOD_BYTES = 8L << 30;

  private static final List<String> MALFORMED =
      List.of(
          "null",
          "{\"totalItems\":1,\"currentPage\":1,\"itemsPerPage\":100,\"items\":[null]}",
          "{\"totalItems\":1,\"items\":[{\"guid\":null,\"name\":null,\"title\":null}],\"guid\":null}",
          "{\"guid\":\"x\",\"title\":\"x\",\"status\":\"finished\",\"items\":{}}",
          "<html>Bad gateway</html>");

  private final AtomicInteger next = new AtomicInteger();

  void malformed(HttpExchange exchange) throws IOException {
    String text = MALFORMED.get(next.getAndIncrement() % MALFORMED.size());
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(ApiCall.OK, body.length);
    exchange.getResponseBody().write(body);
  }

  /** JSON that begins well and does not end; returns when the client hangs up. */
  void flood(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(ApiCall.OK, CHUNKED);
    byte[] block = new byte[BLOCK];
    Arrays.fill(block, (byte) ' ');
    OutputStream body = exchange.getResponseBody();
    body.write("{\"items\":[".getBytes(StandardCharsets.UTF_8));
    for (long sent = 0; sent < FLOOD_BYTES; sent += BLOCK) {
      body.write(block);
    }
  }
}
