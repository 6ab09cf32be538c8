package dev.kinebeam.web.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An answer that is written as its caller takes it, without a thread, and that ends once: when all
 * of it is written, when the caller has left, or when its time is over.
 */
abstract class AsyncResponseWriter implements WriteListener, AsyncListener {
  private final AsyncContext context;
  private final ServletOutputStream out;
  private final AtomicBoolean over = new AtomicBoolean();

  /**
   * Takes the request out of its thread.
   *
   * @param timeoutMs the longest that the answer may take; 0 for no limit
   */
  AsyncResponseWriter(HttpServletRequest request, HttpServletResponse response, long timeoutMs)
      throws IOException {
    out = response.getOutputStream();
    context = request.startAsync();
    context.setTimeout(timeoutMs);
  }

  /** From now on the container asks for bytes. */
  final void begin() {
    context.addListener(this);
    out.setWriteListener(this);
  }

  final ServletOutputStream out() {
    return out;
  }

  final boolean isOver() {
    return over.get();
  }

  /** Runs once, before the container ends the request. */
  abstract void whenOver();

  /** Ends the answer; the first call counts. */
  public final void end() {
    if (over.getAndSet(true)) {
      return;
    }
    whenOver();
    try {
      context.complete();
    } catch (IllegalStateException e) {
      // The container has ended the answer before us.
      return;
    }
  }

  @Override
  public final void onError(Throwable failure) {
    end();
  }

  @Override
  public final void onComplete(AsyncEvent event) {
    end();
  }

  @Override
  public final void onTimeout(AsyncEvent event) {
    end();
  }

  @Override
  public final void onError(AsyncEvent event) {
    end();
  }

  @Override
  public final void onStartAsync(AsyncEvent event) {}
}
