package dev.kinebeam.gateway.http;

import dev.kinebeam.schemas.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** An answer to a request: status, content type, body and further headers. Immutable. */
public final class Reply {
  private static final String PROBLEM = "application/problem+json";

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final Map<String, String> headers;
  private final Consumer<Outflow> flow;

  private Reply(int status, String contentType, byte[] body, Map<String, String> headers) {
    this(status, contentType, body, headers, null);
  }

  private Reply(
      int status,
      String contentType,
      byte[] body,
      Map<String, String> headers,
      Consumer<Outflow> flow) {
    this.flow = flow;
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.headers = Map.copyOf(headers);
  }

  /** {@code body} written by {@link Json}. */
  public static Reply json(int status, Object body) {
    return new Reply(status, "application/json", Json.bytes(body), Map.of());
  }

  /**
   * An answer that goes on after the request has given its place back. {@code flow} is handed where
   * to send it to, once, and must not block; the server ends it when it stops.
   */
  public static Reply flowing(String contentType, Consumer<Outflow> flow) {
    return new Reply(200, contentType, new byte[0], Map.of(), flow);
  }

  /** Bytes that are ready to be sent; the reply takes them over. */
  static Reply bytes(String contentType, byte[] body, Map<String, String> headers) {
    return new Reply(200, contentType, body, headers);
  }

  /** An answer without a body. */
  static Reply empty(int status, Map<String, String> headers) {
    return new Reply(status, "", new byte[0], headers);
  }

  static Reply problem(Problem problem) {
    return new Reply(problem.status(), PROBLEM, Json.bytes(problem.document()), problem.headers());
  }

  /** This answer with one more header. */
  public Reply with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, contentType, body, more, flow);
  }

  /** This answer with these headers in place of its own. */
  Reply withAll(Map<String, String> all) {
    return new Reply(status, contentType, body, all, flow);
  }

  Optional<Consumer<Outflow>> flow() {
    return Optional.ofNullable(flow);
  }

  int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  byte[] body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }
}
