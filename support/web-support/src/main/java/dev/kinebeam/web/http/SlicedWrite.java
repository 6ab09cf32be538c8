package dev.kinebeam.web.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingNestedCallback;

/**
 * Writes a whole body in slices, each when the one before is on its way. The JDK copies what a
 * thread writes into direct memory of the same size, and keeps that for the thread: written at
 * once, a few large pages take all of it from Kafka's clients and everyone else.
 */
final class SlicedWrite extends IteratingNestedCallback {
  static final int SLICE = 64 * 1024;

  private final Response response;
  private final ByteBuffer rest;
  private boolean last;

  private SlicedWrite(Response response, byte[] body, Callback callback) {
    super(callback);
    this.response = response;
    this.rest = ByteBuffer.wrap(body);
  }

  /** Begins to write {@code body} as all that follows the head. */
  static void begin(Response response, byte[] body, Callback callback) {
    new SlicedWrite(response, body, callback).iterate();
  }

  @Override
  protected Action process() {
    if (last) {
      return Action.SUCCEEDED;
    }
    int length = Math.min(SLICE, rest.remaining());
    ByteBuffer slice = rest.slice(rest.position(), length);
    rest.position(rest.position() + length);
    last = !rest.hasRemaining();
    response.write(last, slice, this);
    return Action.SCHEDULED;
  }
}
