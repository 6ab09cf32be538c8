package dev.kinebeam.gateway.intake;

import dev.kinebeam.gateway.http.Call;
import dev.kinebeam.gateway.http.Problem;
import dev.kinebeam.schemas.FieldError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads a request's body, unpacked if need be, and never more of it than the limit. */
public final class LimitedBody {
  private static final Set<String> TYPES = Set.of("application/json", "text/plain");

  /** So much of a body that is too large is read and thrown away, so that its sender hears why. */
  private static final int DRAIN_FACTOR = 16;

  private LimitedBody() {}

  /**
   * The body's bytes.
   *
   * @param limit the most bytes, counted after unpacking
   * @throws Problem 413 when there are more, 415 when it is of another type or coding, 400 when the
   *     gzip is broken
   * @throws IOException when the connection breaks
   */
  public static byte[] read(Call call, int limit) throws Problem, IOException {
    String type = word(call.header("Content-Type").orElse(""));
    if (!TYPES.contains(type)) {
      throw unsupported(
          "Content-Type", "the Content-Type must be application/json or text/plain, not " + type);
    }
    String coding = word(call.header("Content-Encoding").orElse("identity"));
    InputStream sent = call.body();
    byte[] body =
        switch (coding) {
          case "identity" -> sent.readNBytes(limit + 1);
          case "gzip", "x-gzip" -> unpacked(sent, limit);
          default ->
              throw unsupported(
                  "Content-Encoding", "the Content-Encoding must be gzip or none, not " + coding);
        };
    if (body.length > limit) {
      drain(sent, (long) DRAIN_FACTOR * limit);
      throw Problem.invalid(
          413,
          "The body is too large.",
          List.of(
              new FieldError(
                  "", "too_large", "a body may hold " + limit + " bytes, counted unpacked")));
    }
    return body;
  }

  private static byte[] unpacked(InputStream sent, int limit) throws Problem, IOException {
    try {
      return new GZIPInputStream(sent).readNBytes(limit + 1);
    } catch (ZipException | EOFException e) {
      throw Problem.invalid(
          400,
          "The body is not gzip.",
          List.of(new FieldError("", "not_gzip", "the body is no whole gzip: " + e.getMessage())));
    }
  }

  private static void drain(InputStream sent, long most) throws IOException {
    byte[] dropped = new byte[8192];
    long left = most;
    while (left > 0) {
      int n = sent.read(dropped);
      if (n < 0) {
        return;
      }
      left -= n;
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
