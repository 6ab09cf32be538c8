package dev.kinebeam.localstack.standin;

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

/** One call of an API: its path in parts, its query, its body, and how it is answered. */
public class HttpCall {
  public static final int OK = 200;
  public static final int BAD_REQUEST = 400;
  public static final int UNAUTHORIZED = 401;
  public static final int NOT_FOUND = 404;
  public static final int NOT_ALLOWED = 405;
  public static final int BROKEN = 500;
  private static final int LARGEST_BODY = 1 << 20;

  private final HttpExchange exchange;
  private final List<String> path;
  private final Map<String, String> query;

  public HttpCall(HttpExchange exchange) {
    this.exchange = exchange;
    this.path = List.of(exchange.getRequestURI().getPath().substring(1).split("/", -1));
    this.query = parameters(exchange.getRequestURI().getRawQuery());
  }

  public String method() {
    return exchange.getRequestMethod();
  }

  /** The path's parts. */
  public List<String> path() {
    return path;
  }

  public String header(String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  public String parameter(String name, String otherwise) {
    return query.getOrDefault(name, otherwise);
  }

  public int number(String name, int otherwise, int least, int most) throws ApiFailure {
    String text = parameter(name, Integer.toString(otherwise));
    try {
      return Math.max(least, Math.min(most, Integer.parseInt(text)));
    } catch (NumberFormatException e) {
      throw new ApiFailure(BAD_REQUEST, name + " is not a number: " + text);
    }
  }

  public JsonNode json() throws IOException, ApiFailure {
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

  public HttpExchange exchange() {
    return exchange;
  }

  /** Takes the rest of the body, so that a client that is still sending gets to read the answer. */
  public void drain() throws IOException {
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
  }

  public void answer(Object body) throws IOException {
    answer(OK, body);
  }

  /** Answers with JSON. */
  public void answer(int status, Object body) throws IOException {
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
