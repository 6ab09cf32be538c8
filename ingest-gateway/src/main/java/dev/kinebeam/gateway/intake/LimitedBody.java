package dev.kinebeam.gateway.intake;

import dev.kinebeam.gateway.http.Call;
import dev.kinebeam.gateway.http.Problem;
import dev.kinebeam.schemas.FieldError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
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

  /** What is read, and asked room for, at a time; doubled as a body grows. */
  private static final int PIECE = 8192;

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private LimitedBody() {}

  /** Asked before so many further bytes are held; refuses by throwing. */
  @FunctionalInterface
  interface Room {
    void take(int bytes) throws Problem;
  }

  /**
   * The body's bytes.
   *
   * @param limit the most bytes, counted after unpacking
   * @throws Problem 413 when there are more, 415 when it is of another type or coding, 400 when the
   *     gzip is broken
   * @throws IOException when the connection breaks
   */
  public static byte[] read(Call call, int limit) throws Problem, IOException {
    return read(call, limit, bytes -> {});
  }

  /** As {@link #read(Call, int)}, asking {@code room} before each piece is held. */
  static byte[] read(Call call, int limit, Room room) throws Problem, IOException {
    String type = word(call.header("Content-Type").orElse(""));
    if (!TYPES.contains(type)) {
      throw unsupported(
          "Content-Type", "the Content-Type must be application/json or text/plain, not " + type);
    }
    String coding = word(call.header("Content-Encoding").orElse("identity"));
    InputStream sent = call.body();
    byte[] body =
        switch (coding) {
          case "identity" -> upTo(sent, limit + 1, room);
          case "gzip", "x-gzip" -> unpacked(sent, limit, room);
          default ->
              throw unsupported(
                  "Content-Encoding", "the Content-Encoding must be gzip or none, not " + coding);
        };
    if (body.length > limit) {
      drain(sent, DRAIN_FACTOR * limit);
      throw Problem.invalid(
          413,
          "The body is too large.",
          List.of(
              new FieldError(
                  "", "too_large", "a body may hold " + limit + " bytes, counted unpacked")));
    }
    return body;
  }

  private static byte[] unpacked(InputStream sent, int limit, Room room)
      throws Problem, IOException {
    try {
      return upTo(new GZIPInputStream(sent, PIECE), limit + 1, room);
    } catch (ZipException | EOFException e) {
      throw Problem.invalid(
          400,
          "The body is not gzip.",
          List.of(new FieldError("", "not_gzip", "the body is no whole gzip: " + e.getMessage())));
    }
  }

  private static byte[] upTo(InputStream in, int most, Room room) throws Problem, IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    byte[] read = new byte[0];
    int length = 0;
    while (length < most) {
      if (length == read.length) {
        int more = Math.min(Math.max(PIECE, length), most - length);
        room.take(more);
        read = Arrays.copyOf(read, length + more);
      }
      int n = in.read(read, length, read.length - length);
      if (n < 0) {
        break;
      }
      requirePace(deadline);
      length += n;
    }
    return length == read.length ? read : Arrays.copyOf(read, length);
  }

  private static void drain(InputStream in, int most) throws Problem, IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    byte[] chunk = new byte[PIECE];
    int left = most;
    while (left > 0) {
      int n = in.read(chunk, 0, Math.min(chunk.length, left));
      if (n < 0) {
        return;
      }
      requirePace(deadline);
      left -= n;
    }
  }

  /** Sees to it that a sender who drips holds its thread for a bounded time only. */
  private static void requirePace(long deadline) throws Problem {
    if (System.nanoTime() - deadline > 0) {
      throw Problem.of(408, "The body took longer than " + PATIENCE.toSeconds() + " s to come.");
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
