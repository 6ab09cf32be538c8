package dev.kinebeam.web.http;

import dev.kinebeam.schemas.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
  private final List<String> cookies;
  private final @Nullable Consumer<ResponseStream> flow;
  private final @Nullable Problem problem;
  private final @Nullable Streamed streamed;

  /** A range of bytes that are read when they are sent. */
  record Streamed(StreamedBody body, ByteRange range) {}

  private Reply(int status, String contentType, byte[] body, Map<String, String> headers) {
    this(status, contentType, body, headers, List.of(), null, null, null);
  }

  private Reply(
      int status,
      String contentType,
      byte[] body,
      Map<String, String> headers,
      List<String> cookies,
      @Nullable Consumer<ResponseStream> flow,
      @Nullable Problem problem,
      @Nullable Streamed streamed) {
    this.flow = flow;
    this.streamed = streamed;
    this.problem = problem;
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.headers = Map.copyOf(headers);
    this.cookies = List.copyOf(cookies);
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
    return new Reply(200, contentType, new byte[0], Map.of(), List.of(), flow, null, null);
  }

  /** A body that is read when it is sent, which the reply takes over; it has at least one byte. */
  public static Reply streamed(String contentType, StreamedBody body) {
    return streamed(200, contentType, body, new ByteRange(0, body.bytes() - 1));
  }

  /** A range of a body, which the reply takes over. */
  static Reply streamed(int status, String contentType, StreamedBody body, ByteRange range) {
    return new Reply(
        status,
        contentType,
        new byte[0],
        Map.of(),
        List.of(),
        null,
        null,
        new Streamed(body, range));
  }

  /** Plain text of a type of its own. */
  public static Reply text(String contentType, String text) {
    return bytes(contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** Bytes that are ready to be sent; the reply takes them over. */
  static Reply bytes(String contentType, byte[] body, Map<String, String> headers) {
    return new Reply(200, contentType, body, headers);
  }

  /** An answer without a body. */
  public static Reply empty(int status, Map<String, String> headers) {
    return new Reply(status, "", new byte[0], headers);
  }

  /** A problem document, whose body {@link #identified} makes. */
  static Reply problem(Problem problem) {
    return new Reply(
        problem.status(), PROBLEM, new byte[0], problem.headers(), List.of(), null, problem, null);
  }

  /** This answer; a problem document repeats the request's id. */
  Reply identified(String requestId) {
    return problem == null
        ? this
        : new Reply(
            status,
            contentType,
            Json.bytes(problem.document(requestId)),
            headers,
            cookies,
            flow,
            problem,
            streamed);
  }

  /** This answer with another status. */
  Reply withStatus(int other) {
    return new Reply(other, contentType, body, headers, cookies, flow, problem, streamed);
  }

  /** This answer with its body in gzip. */
  Reply packed(byte[] gzip) {
    return new Reply(status, contentType, gzip, headers, cookies, flow, problem, streamed)
        .with("Content-Encoding", "gzip");
  }

  /** This answer with one more header. */
  public Reply with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, contentType, body, more, cookies, flow, problem, streamed);
  }

  /**
   * This answer, which also sets a cookie.
   *
   * @param cookie the value of a {@code Set-Cookie} header
   */
  public Reply withCookie(String cookie) {
    List<String> more = new ArrayList<>(cookies);
    more.add(cookie);
    return new Reply(status, contentType, body, headers, more, flow, problem, streamed);
  }

  /** This answer with these headers in place of its own. */
  Reply withAll(Map<String, String> all) {
    return new Reply(status, contentType, body, all, cookies, flow, problem, streamed);
  }

  Optional<Streamed> streamed() {
    return Optional.ofNullable(streamed);
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

  List<String> cookies() {
    return cookies;
  }
}
