package dev.kinebeam.gateway.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** One body on its way to a caller, written as the caller takes it and without a thread. */
final class AsyncAnswer implements WriteListener, AsyncListener {
  /** Even a slow line takes the largest answer in this time. */
  private static final long LONGEST_MS = 120_000;

  private final byte[] body;
  private final AsyncContext context;
  private final ServletOutputStream out;
  private final Runnable whenOver;
  private final AtomicBoolean over = new AtomicBoolean();
  private boolean written;

  private AsyncAnswer(
      byte[] body, AsyncContext context, ServletOutputStream out, Runnable whenOver) {
    this.body = body;
    this.context = context;
    this.out = out;
    this.whenOver = whenOver;
  }

  /**
   * Sends {@code body} as the whole answer; the response's head is set and not sent yet.
   *
   * @param whenOver runs once, when the caller has everything or has gone
   */
  static void send(
      byte[] body, HttpServletRequest request, HttpServletResponse response, Runnable whenOver)
      throws IOException {
    ServletOutputStream out = response.getOutputStream();
    AsyncContext context = request.startAsync();
    context.setTimeout(LONGEST_MS);
    AsyncAnswer answer = new AsyncAnswer(body, context, out, whenOver);
    context.addListener(answer);
    out.setWriteListener(answer);
  }

  @Override
  public void onWritePossible() throws IOException {
    if (!written && out.isReady()) {
      written = true;
      out.write(body);
    }
    if (written && out.isReady()) {
      end();
    }
  }

  private void end() {
    if (!over.getAndSet(true)) {
      whenOver.run();
      try {
        context.complete();
      } catch (IllegalStateException e) {
        // The container has ended the answer before us.
        return;
      }
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
