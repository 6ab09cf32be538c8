package dev.kinebeam.gateway.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Writes without blocking, so that one slow caller holds neither a thread nor the others. */
final class AsyncOutflow implements Outflow, WriteListener, AsyncListener {
  private static final int MOST_WAITING_BYTES = 1024 * 1024;

  private final AsyncContext context;
  private final ServletOutputStream out;
  private final Set<AsyncOutflow> flows;
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private boolean ended;

  private AsyncOutflow(AsyncContext context, ServletOutputStream out, Set<AsyncOutflow> flows) {
    this.context = context;
    this.out = out;
    this.flows = flows;
  }

  /** Takes the request out of its thread; the head of the answer must be sent already. */
  static AsyncOutflow begin(
      HttpServletRequest request, HttpServletResponse response, Set<AsyncOutflow> flows)
      throws IOException {
    AsyncContext context = request.startAsync();
    context.setTimeout(0);
    AsyncOutflow flow = new AsyncOutflow(context, response.getOutputStream(), flows);
    flows.add(flow);
    context.addListener(flow);
    flow.out.setWriteListener(flow);
    return flow;
  }

  @Override
  public boolean offer(byte[] bytes) {
    synchronized (this) {
      if (ended) {
        return false;
      }
      waiting.add(bytes);
      waitingBytes += bytes.length;
      if (waitingBytes <= MOST_WAITING_BYTES && drained()) {
        return true;
      }
    }
    end();
    return false;
  }

  /** Whether writing goes on; nothing may be written before the container has asked for it. */
  private synchronized boolean drained() {
    try {
      while (!ended && out.isReady()) {
        byte[] next = waiting.poll();
        if (next == null) {
          return true;
        }
        waitingBytes -= next.length;
        out.write(next);
        if (waiting.isEmpty() && out.isReady()) {
          out.flush();
        }
      }
      return !ended;
    } catch (IOException | IllegalStateException e) {
      // The caller has gone; that is how such an answer usually ends.
      return false;
    }
  }

  @Override
  public void end() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      waiting.clear();
    }
    flows.remove(this);
    try {
      context.complete();
    } catch (IllegalStateException e) {
      // The container has ended the answer before us.
      return;
    }
  }

  @Override
  public void onWritePossible() {
    if (!drained()) {
      end();
    }
  }

  @Override
  public void onError(Throwable failure) {
    end();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    end();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    end();
  }

  @Override
  public void onError(AsyncEvent event) {
    end();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {}
}
