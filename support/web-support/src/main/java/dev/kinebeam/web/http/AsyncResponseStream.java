package dev.kinebeam.web.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Bytes that come one after the other; one slow caller holds neither a thread nor the others. */
final class AsyncResponseStream extends AsyncResponseWriter implements ResponseStream {
  private static final int MAX_WAITING_BYTES = 1024 * 1024;

  private final Set<AsyncResponseStream> flows;
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private int waitingBytes;

  private AsyncResponseStream(
      HttpServletRequest request, HttpServletResponse response, Set<AsyncResponseStream> flows)
      throws IOException {
    super(request, response, 0);
    this.flows = flows;
  }

  /** Takes the request out of its thread; the head of the answer must be sent already. */
  static AsyncResponseStream begin(
      HttpServletRequest request, HttpServletResponse response, Set<AsyncResponseStream> flows)
      throws IOException {
    AsyncResponseStream flow = new AsyncResponseStream(request, response, flows);
    flows.add(flow);
    flow.begin();
    return flow;
  }

  @Override
  public boolean offer(byte[] bytes) {
    synchronized (this) {
      if (isOver()) {
        return false;
      }
      waiting.add(bytes);
      waitingBytes += bytes.length;
      if (waitingBytes <= MAX_WAITING_BYTES && drained()) {
        return true;
      }
    }
    end();
    return false;
  }

  /** Whether writing continues; nothing may be written before the container has asked for it. */
  private synchronized boolean drained() {
    try {
      while (!isOver() && out().isReady()) {
        byte[] next = waiting.poll();
        if (next == null) {
          return true;
        }
        waitingBytes -= next.length;
        out().write(next);
        if (waiting.isEmpty() && out().isReady()) {
          out().flush();
        }
      }
      return !isOver();
    } catch (IOException | IllegalStateException e) {
      // The caller has left; that is how such an answer usually ends.
      return false;
    }
  }

  @Override
  void whenOver() {
    synchronized (this) {
      waiting.clear();
    }
    flows.remove(this);
  }

  @Override
  public void onWritePossible() {
    if (!drained()) {
      end();
    }
  }
}
