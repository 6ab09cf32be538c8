package dev.kinebeam.web.http;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Around Spark: writes the reply that a route made, after Spark is done with the request, so that a
 * caller who reads slowly holds no thread. The large replies that wait for their readers hold at
 * most {@link #MAX_HELD_BYTES} together; 503 beyond.
 */
final class ReplyWriter implements Filter {
  /** The attribute of a request that holds the route's {@link Reply}. */
  static final String REPLY = "dev.kinebeam.reply";

  /** As much as bodies of requests may hold; a sixteenth of the usual heap. */
  static final int MAX_HELD_BYTES = 8 * 1024 * 1024;

  /** Smaller ones are bounded by the number of connections. */
  private static final int LARGE = 4 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(ReplyWriter.class);

  private final String server;
  private final ResponseFinisher finish;
  private final RequestObserver observer;
  private final Semaphore room = new Semaphore(MAX_HELD_BYTES);
  private final Set<AsyncResponseStream> flows = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  ReplyWriter(String server, ResponseFinisher finish, RequestObserver observer) {
    this.server = server;
    this.finish = finish;
    this.observer = observer;
  }

  /** What Spark gets: it writes nothing into an answer that has begun. */
  private static final class Begun extends HttpServletResponseWrapper {
    Begun(HttpServletResponse response) {
      super(response);
    }

    @Override
    public boolean isCommitted() {
      return true;
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      chain.doFilter(request, new Begun((HttpServletResponse) response));
    } catch (ServletException | RuntimeException | StackOverflowError e) {
      // What Spark does not answer itself.
      LOG.error("{}: the route failed", ((HttpServletRequest) request).getRequestURI(), e);
      request.setAttribute(REPLY, Reply.problem(broken()));
    }
    write((HttpServletRequest) request, (HttpServletResponse) response);
  }

  private void write(HttpServletRequest request, HttpServletResponse response) {
    Gate.Head head = (Gate.Head) request.getAttribute(FrontHandler.HEAD);
    ApiGate.Admitted admitted = (ApiGate.Admitted) request.getAttribute(FrontHandler.ADMISSION);
    Reply reply = finish.on(made(request), head);
    int held = reply.body().length > LARGE ? Math.min(reply.body().length, MAX_HELD_BYTES) : 0;
    if (!room.tryAcquire(held)) {
      held = 0;
      reply = finish.on(Reply.problem(noRoom()), head);
    }
    observer.answered(
        head.method(), admitted.name(), reply.status(), System.nanoTime() - admitted.begunAt());
    send(reply, held, request, response);
  }

  private static Reply made(HttpServletRequest request) {
    Object reply = request.getAttribute(REPLY);
    if (reply instanceof Reply made) {
      return made;
    }
    LOG.error("{} {}: no route made a reply", request.getMethod(), request.getRequestURI());
    return Reply.problem(broken());
  }

  private static Problem broken() {
    return Problem.of(500, "Something is broken here; it was logged.");
  }

  private Problem noRoom() {
    return Problem.unavailable("The " + server + " holds all the answers that it may.", 1);
  }

  private void send(
      Reply reply, int held, HttpServletRequest request, HttpServletResponse response) {
    response.setStatus(reply.status());
    if (!reply.contentType().isEmpty()) {
      response.setContentType(reply.contentType());
    }
    reply.headers().forEach(response::setHeader);
    reply.cookies().forEach(cookie -> response.addHeader("Set-Cookie", cookie));
    boolean head = request.getMethod().equals("HEAD");
    boolean handedOver = false;
    try {
      if (reply.flow().isPresent()) {
        response.flushBuffer();
        if (!head) {
          flow(reply, request, response);
        }
        return;
      }
      if (reply.streamed().isPresent()) {
        stream(reply.streamed().get(), head, request, response);
        return;
      }
      response.setContentLength(reply.body().length);
      if (!head && reply.body().length > 0) {
        AsyncResponse.send(reply.body(), request, response, () -> room.release(held));
        handedOver = true;
      }
    } catch (IOException e) {
      LOG.debug("a caller went before its answer was written", e);
    } finally {
      if (!handedOver) {
        room.release(held);
      }
    }
  }

  /** The body is closed when the answer is over. */
  private static void stream(
      Reply.Streamed streamed,
      boolean head,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    boolean handedOver = false;
    try {
      response.setContentLengthLong(streamed.range().length());
      if (!head && streamed.range().length() > 0) {
        AsyncStreamedResponse.send(streamed.body(), streamed.range(), request, response);
        handedOver = true;
      }
    } finally {
      if (!handedOver) {
        streamed.body().close();
      }
    }
  }

  private void flow(Reply reply, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    AsyncResponseStream stream = AsyncResponseStream.begin(request, response, flows);
    reply.flow().orElseThrow().accept(stream);
    if (stopping) {
      stream.end();
    }
  }

  /** Ends the answers that are still being written. */
  void stop() {
    stopping = true;
    flows.forEach(AsyncResponseStream::end);
  }
}
