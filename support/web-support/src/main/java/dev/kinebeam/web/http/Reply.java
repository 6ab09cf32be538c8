package dev.kinebeam.web.http;

import dev.kinebeam.schemas.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An answer to a request: status, content type, body and further headers. Immutable. */
public final class Reply {
  private static final String PROBLEM = "application/problem+json";

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final Map<String, String> headers;
  private final @Nullable Consumer<ResponseStream> flow;
  private final @Nullable Problem problem;

  private Reply(int status, String contentType, byte[] body, Map<String, String> headers) {
    this(status, contentType, body, headers, null, null);
  }

  private Reply(
      int status,
      String contentType,
      byte[] body,
      Map<String, String> headers,
      @Nullable Consumer<ResponseStream> flow,
      @Nullable Problem problem) {
    this.flow = flow;
    this.problem = problem;
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
   * A response that continues after the request has returned its slot. {@code flow} receives the
   * stream to send to, once, and must not block; the server ends it when it stops.
   */
  public static Reply flowing(String contentType, Consumer<ResponseStream> flow) {
    return new Reply(200, contentType, new byte[0], Map.of(), flow, null);
  }

  /** Bytes that are ready to be sent; the reply takes them over. */
  static Reply bytes(String contentType, byte[] body, Map<String, String> headers) {
    return new Reply(200, contentType, body, headers);
  }

  /** An answer without a body. */
  static Reply empty(int status, Map<String, String> headers) {
    return new Reply(status, "", new byte[0], headers);
  }

  /** A problem document, whose body {@link #identified} makes. */
  static Reply problem(Problem problem) {
    return new Reply(problem.status(), PROBLEM, new byte[0], problem.headers(), null, problem);
  }

  /** This answer; a problem document repeats the request's id. */
  Reply identified(String requestId) {
    return problem == null
        ? this
        : new Reply(
            status, contentType, Json.bytes(problem.document(requestId)), headers, flow, problem);
  }

  /** This answer with its body in gzip. */
  Reply packed(byte[] gzip) {
    return new Reply(status, contentType, gzip, headers, flow, problem)
        .with("Content-Encoding", "gzip");
  }

  /** This answer with one more header. */
  public Reply with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, contentType, body, more, flow, problem);
  }

  /** This answer with these headers in place of its own. */
  Reply withAll(Map<String, String> all) {
    return new Reply(status, contentType, body, all, flow, problem);
  }

  Optional<Consumer<ResponseStream>> flow() {
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
