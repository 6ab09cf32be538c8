package dev.kinebeam.web.http;

import dev.kinebeam.schemas.FieldError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;

/**
 * A request that is answered with a problem document (RFC 9457). The title is the status's own
 * phrase; {@code type} is left at {@code about:blank}, since the errors' codes distinguish the
 * kinds.
 */
public final class Problem extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String detail;
  private final transient List<FieldError> errors;
  private final transient Map<String, Object> members;
  private final transient Map<String, String> headers;

  private Problem(
      int status,
      String detail,
      List<FieldError> errors,
      Map<String, Object> members,
      Map<String, String> headers) {
    super(detail, null, false, false);
    this.status = status;
    this.detail = detail;
    this.errors = List.copyOf(errors);
    this.members = Map.copyOf(members);
    this.headers = Map.copyOf(headers);
  }

  /** A problem that a sentence describes. */
  public static Problem of(int status, String detail) {
    return new Problem(status, detail, List.of(), Map.of(), Map.of());
  }

  /** The input is wrong in these places. */
  public static Problem invalid(int status, String detail, List<FieldError> errors) {
    return new Problem(status, detail, errors, Map.of(), Map.of());
  }

  /** What is needed is unavailable for now; the caller is asked to try again. */
  public static Problem unavailable(String detail, int retryAfterSeconds) {
    return of(503, detail).withHeader("Retry-After", Integer.toString(retryAfterSeconds));
  }

  /** This problem with one more header. */
  public Problem withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(status, detail, errors, members, more);
  }

  /** This problem with members of its own in the document. */
  public Problem withMembers(Map<String, Object> own) {
    return new Problem(status, detail, errors, own, headers);
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** The document; {@code instance} is the request's id. */
  Map<String, Object> document(String instance) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "about:blank");
    document.put("title", HttpStatus.getMessage(status));
    document.put("status", status);
    document.put("detail", detail);
    document.put("instance", instance);
    document.put("errors", errors);
    document.putAll(members);
    return document;
  }
}
