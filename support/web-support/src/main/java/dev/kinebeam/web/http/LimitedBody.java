package dev.kinebeam.web.http;

import dev.kinebeam.schemas.FieldError;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A request's body, unpacked if need be, and never more of it than the limit. */
public final class LimitedBody {
  private static final String TEXT = "text/plain";
  private static final Set<String> TYPES = Set.of("application/json", TEXT);

  private LimitedBody() {}

  /** Asked before so many further bytes are held; refuses by throwing. */
  @FunctionalInterface
  public interface Room {
    void take(int bytes) throws Problem;
  }

  /**
   * The body's bytes.
   *
   * @param limit the most bytes, counted after unpacking
   * @throws Problem 413 when there are more, 415 when it is of another type or coding, 400 when the
   *     gzip is broken
   */
  public static byte[] read(Call call, int limit) throws Problem {
    return read(call, limit, bytes -> {});
  }

  /** As {@link #read(Call, int)}, asking {@code room} before each piece is unpacked. */
  public static byte[] read(Call call, int limit, Room room) throws Problem {
    String type = word(call.header("Content-Type").orElse(""));
    if (!TYPES.contains(type)) {
      throw unsupported(
          "Content-Type", "the Content-Type must be application/json or text/plain, not " + type);
    }
    String coding = word(call.header("Content-Encoding").orElse("identity"));
    byte[] body =
        switch (coding) {
          case "identity" -> call.body();
          case "gzip", "x-gzip" -> unpacked(call.body(), limit, room);
          default ->
              throw unsupported(
                  "Content-Encoding", "the Content-Encoding must be gzip or none, not " + coding);
        };
    if (body.length > limit) {
      throw tooLarge(limit);
    }
    return body;
  }

  /** Whether this Content-Type is text/plain. */
  static boolean isText(Optional<String> contentType) {
    return contentType.map(LimitedBody::word).filter(TEXT::equals).isPresent();
  }

  static Problem tooLarge(int limit) {
    return Problem.invalid(
        413,
        "The body is too large.",
        List.of(
            new FieldError(
                "", "too_large", "a body may hold " + limit + " bytes, counted unpacked")));
  }

  private static byte[] unpacked(byte[] sent, int limit, Room room) throws Problem {
    try {
      return Gzip.unpack(sent, limit, room);
    } catch (Gzip.MalformedException e) {
      throw Problem.invalid(
          400,
          "The body is not gzip.",
          List.of(
              new FieldError("", "not_gzip", "the body is not a whole gzip: " + e.getMessage())));
    }
  }

  private static Problem unsupported(String header, String message) {
    return Problem.invalid(
        415,
        "The body is of a kind that is not taken.",
        List.of(new FieldError(header, "not_allowed", message)));
  }

  private static String word(String header) {
    int end = header.indexOf(';');
    return (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
