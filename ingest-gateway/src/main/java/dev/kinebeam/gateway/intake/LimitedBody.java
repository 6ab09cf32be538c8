package dev.kinebeam.gateway.intake;

import dev.kinebeam.gateway.http.Call;
import dev.kinebeam.gateway.http.Problem;
import dev.kinebeam.schemas.FieldError;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
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

  private static final Duration PATIENCE = Duration.ofSeconds(15);

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
          case "identity" -> upTo(sent, limit + 1);
          case "gzip", "x-gzip" -> unpacked(sent, limit);
          default ->
              throw unsupported(
                  "Content-Encoding", "the Content-Encoding must be gzip or none, not " + coding);
        };
    if (body.length > limit) {
      copy(sent, OutputStream.nullOutputStream(), DRAIN_FACTOR * limit);
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
      return upTo(new GZIPInputStream(sent), limit + 1);
    } catch (ZipException | EOFException e) {
      throw Problem.invalid(
          400,
          "The body is not gzip.",
          List.of(new FieldError("", "not_gzip", "the body is no whole gzip: " + e.getMessage())));
    }
  }

  private static byte[] upTo(InputStream in, int most) throws Problem, IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    copy(in, read, most);
    return read.toByteArray();
  }

  /** Sees to it that a sender who drips holds its thread for a bounded time only. */
  private static void copy(InputStream in, OutputStream out, int most) throws Problem, IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    byte[] chunk = new byte[8192];
    int left = most;
    while (left > 0) {
      int n = in.read(chunk, 0, Math.min(chunk.length, left));
      if (n < 0) {
        return;
      }
      if (System.nanoTime() - deadline > 0) {
        throw Problem.of(408, "The body took longer than " + PATIENCE.toSeconds() + " s to come.");
      }
      out.write(chunk, 0, n);
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
