package dev.kinebeam.web.http;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Answers a GET or HEAD of something that exists, by range and by condition (RFC 9110). */
public final class RangedReply {
  private static final int PARTIAL = 206;
  private static final int NOT_MODIFIED = 304;

  private RangedReply() {}

  /**
   * The answer; it takes the body over.
   *
   * @param tag names these bytes and no others, without quotes
   * @param modified when they came to be
   */
  public static Reply of(
      Call call, String contentType, String tag, Instant modified, StreamedBody body)
      throws Problem {
    Preconditions conditions = new Preconditions('"' + tag + '"', modified);
    boolean taken = false;
    try {
      Reply reply = reply(call, contentType, conditions, body);
      taken = reply.streamed().isPresent();
      return reply
          .with("ETag", conditions.tag())
          .with("Last-Modified", conditions.lastModified())
          .with("Accept-Ranges", "bytes");
    } finally {
      if (!taken) {
        body.close();
      }
    }
  }

  private static Reply reply(
      Call call, String contentType, Preconditions conditions, StreamedBody body) throws Problem {
    switch (conditions.of(call::header)) {
      case NOT_MODIFIED -> {
        return Reply.empty(NOT_MODIFIED, Map.of());
      }
      case FAILED -> throw Problem.of(412, "The file is another one by now.");
      case PROCEED -> {
        // Below.
      }
    }
    Optional<String> range =
        conditions.rangeHolds(call.header("If-Range")) ? call.header("Range") : Optional.empty();
    ByteRange.Wanted wanted = ByteRange.of(range, body.bytes());
    if (wanted instanceof ByteRange.Wanted.Unsatisfiable) {
      throw Problem.of(416, "The file has " + body.bytes() + " bytes.")
          .withHeader("Content-Range", "bytes */" + body.bytes());
    }
    if (wanted instanceof ByteRange.Wanted.Part part) {
      ByteRange asked = part.range();
      return Reply.streamed(PARTIAL, contentType, body, asked)
          .with(
              "Content-Range", "bytes " + asked.first() + "-" + asked.last() + "/" + body.bytes());
    }
    return Reply.streamed(200, contentType, body, new ByteRange(0, body.bytes() - 1));
  }
}
