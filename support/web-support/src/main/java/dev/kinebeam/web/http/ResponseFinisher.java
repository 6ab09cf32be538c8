package dev.kinebeam.web.http;

import java.util.zip.Deflater;

/**
 * What every answer gets before it is sent: the request's id, the headers of {@link Cors}, and gzip
 * where the caller takes it and the answer is worth it.
 */
record ResponseFinisher(Cors cors) {
  static final String REQUEST_ID = "X-Request-Id";

  /** A smaller answer fits into one packet anyway. */
  private static final int WORTH_PACKING = 1024;

  Reply on(Reply reply, Gate.Head head) {
    Reply named = reply.identified(head.id()).with(REQUEST_ID, head.id());
    return cors.on(packed(named, head), head.header("Origin"));
  }

  private static Reply packed(Reply reply, Gate.Head head) {
    boolean worth =
        reply.body().length >= WORTH_PACKING
            && reply.contentType().contains("json")
            && !reply.headers().containsKey("Content-Encoding");
    return worth && AcceptEncoding.takesGzip(head.header("Accept-Encoding"))
        ? reply.packed(Gzip.pack(reply.body(), Deflater.BEST_SPEED))
        : reply;
  }
}
