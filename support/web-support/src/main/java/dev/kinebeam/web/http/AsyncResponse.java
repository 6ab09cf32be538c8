package dev.kinebeam.web.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** One body on its way to a caller. */
final class AsyncResponse extends AsyncResponseWriter {
  /** Even a slow line takes the largest answer in this time. */
  private static final long LONGEST_MS = 120_000;

  private final byte[] body;
  private final Runnable whenOver;
  private boolean written;

  private AsyncResponse(
      byte[] body, HttpServletRequest request, HttpServletResponse response, Runnable whenOver)
      throws IOException {
    super(request, response, LONGEST_MS);
    this.body = body;
    this.whenOver = whenOver;
  }

  /**
   * Sends {@code body} as the whole answer; the response's head is set and not sent yet.
   *
   * @param whenOver runs once, when the caller has everything or has left
   */
  static void send(
      byte[] body, HttpServletRequest request, HttpServletResponse response, Runnable whenOver)
      throws IOException {
    new AsyncResponse(body, request, response, whenOver).begin();
  }

  @Override
  public void onWritePossible() throws IOException {
    if (!written && out().isReady()) {
      written = true;
      out().write(body);
    }
    if (written && out().isReady()) {
      end();
    }
  }

  @Override
  void whenOver() {
    whenOver.run();
  }
}
