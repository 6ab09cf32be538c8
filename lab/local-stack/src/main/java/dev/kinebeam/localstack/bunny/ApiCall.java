package dev.kinebeam.localstack.bunny;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One call of the API: its path in parts, its query, its body, and how it is answered. */
final class ApiCall {
  static final int OK = 200;
  static final int BAD_REQUEST = 400;
  static final int UNAUTHORIZED = 401;
  static final int NOT_FOUND = 404;
  static final int NOT_ALLOWED = 405;
  static final int BROKEN = 500;
  private static final int LARGEST_BODY = 1 << 20;

  private final HttpExchange exchange;
  private final List<String> path;
  private final Map<String, String> query;

  ApiCall(HttpExchange exchange) {
    this.exchange = exchange;
    this.path = List.of(exchange.getRequestURI().getPath().substring(1).split("/", -1));
    this.query = parameters(exchange.getRequestURI().getRawQuery());
  }

  String method() {
    return exchange.getRequestMethod();
  }

  /**
   * The path's parts after {@code /library/{id}}: {@code videos} or {@code collections}, and
   * perhaps an id.
   */
  List<String> resource() {
    return path.size() <= 2 ? List.of() : path.subList(2, path.size());
  }

  String libraryId() {
    return path.size() > 1 ? path.get(1) : "";
  }

  String header(String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  String parameter(String name, String otherwise) {
    return query.getOrDefault(name, otherwise);
  }

  int number(String name, int otherwise, int least, int most) throws ApiFailure {
    String text = parameter(name, Integer.toString(otherwise));
    try {
      return Math.max(least, Math.min(most, Integer.parseInt(text)));
    } catch (NumberFormatException e) {
      throw new ApiFailure(BAD_REQUEST, name + " is not a number: " + text);
    }
  }

  JsonNode json() throws IOException, ApiFailure {
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      throw new ApiFailure(BAD_REQUEST, "the body is larger than 1 MiB");
    }
    try {
      JsonNode node = JsonFiles.MAPPER.readTree(body);
      if (!node.isObject()) {
        throw new ApiFailure(BAD_REQUEST, "the body is not a JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new ApiFailure(BAD_REQUEST, "the body is not JSON: " + Json.reason(e));
    }
  }

  HttpExchange exchange() {
    return exchange;
  }

  /** Takes the rest of the body, so that a client that is still sending gets to read the answer. */
  void drain() throws IOException {
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
  }

  void answer(Object body) throws IOException {
    answer(OK, body);
  }

  /** Bunny's envelope for calls that return nothing else. */
  void answerStatus(int status, String message) throws IOException {
    answer(status, new StatusMessage(status / 100 == 2, message, status));
  }

  private record StatusMessage(boolean success, String message, int statusCode) {}

  private void answer(int status, Object body) throws IOException {
    byte[] json = JsonFiles.MAPPER.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(status, json.length);
    exchange.getResponseBody().write(json);
  }

  private static Map<String, String> parameters(String rawQuery) {
    Map<String, String> parameters = new HashMap<>();
    if (rawQuery != null) {
      for (String pair : rawQuery.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          parameters.put(
              pair.substring(0, equals),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return parameters;
  }
}
