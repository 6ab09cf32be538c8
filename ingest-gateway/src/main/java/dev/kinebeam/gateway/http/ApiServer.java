package dev.kinebeam.gateway.http;

import dev.kinebeam.catalog.db.DatabaseAwayException;
import dev.kinebeam.gateway.auth.AuthException;
import dev.kinebeam.gateway.auth.Authenticator;
import dev.kinebeam.gateway.auth.KeysUnavailableException;
import dev.kinebeam.gateway.auth.Principal;
import dev.kinebeam.schemas.FieldError;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.BadMessageException;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.Request;
import spark.Response;
import spark.Service;

/**
 * Serves the routes and the pages. Every route's caller is recognised and checked against the
 * route's roles before its handler runs; every failure is a problem document. Closing the server
 * lets what is in flight finish, within the limits' stop timeout, and answers later requests 503.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  private final List<Route> routes;
  private final Authenticator authenticator;
  private final Cors cors;
  private final Pages pages;
  private final RequestObserver observer;
  private final Semaphore places;
  private final Set<AsyncOutflow> flows = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;
  private final SparkServer server;

  /**
   * What the server is made of.
   *
   * @param port 0 takes a free one
   */
  public record Setup(
      String host,
      int port,
      HttpLimits limits,
      List<Route> routes,
      Authenticator authenticator,
      Cors cors,
      Pages pages,
      RequestObserver observer) {}

  private ApiServer(Setup setup) throws IOException {
    routes = List.copyOf(setup.routes);
    authenticator = setup.authenticator;
    cors = setup.cors;
    pages = setup.pages;
    observer = setup.observer;
    places = new Semaphore(setup.limits.maxInFlight());
    server = SparkServer.start(setup.host, setup.port, setup.limits, this::define);
  }

  /**
   * Starts serving.
   *
   * @throws IOException when the address cannot be bound
   */
  public static ApiServer start(Setup setup) throws IOException {
    return new ApiServer(setup);
  }

  /** The port that was bound. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    stopping = true;
    flows.forEach(AsyncOutflow::end);
    server.close();
  }

  private void define(Service service) {
    for (Route route : routes) {
      spark.Route handler =
          (request, response) ->
              answer(request, response, route.path(), () -> serve(route, request));
      switch (route.method()) {
        case GET -> {
          service.get(route.sparkPath(), handler);
          service.head(route.sparkPath(), handler);
        }
        case POST -> service.post(route.sparkPath(), handler);
        case PUT -> service.put(route.sparkPath(), handler);
      }
    }
    spark.Route page =
        (request, response) -> answer(request, response, "pages", () -> servePage(request));
    service.get("*", page);
    service.head("*", page);
    service.options(
        "*",
        (request, response) ->
            answer(request, response, "pages", () -> cors.preflight(origin(request))));
    service.notFound(
        (request, response) ->
            answer(
                request,
                response,
                "pages",
                () -> {
                  throw notHere(SparkServer.path(request));
                }));
  }

  @FunctionalInterface
  private interface Answer {
    Reply get() throws Exception;
  }

  private Object answer(Request request, Response response, String route, Answer answer) {
    long start = System.nanoTime();
    Reply reply = guarded(request, answer);
    cors.headers(origin(request)).forEach(response::header);
    response.header("X-Content-Type-Options", "nosniff");
    response.header("X-Frame-Options", "DENY");
    response.header("Referrer-Policy", "no-referrer");
    if (!reply.headers().containsKey("Cache-Control")) {
      response.header("Cache-Control", "no-store");
    }
    observer.answered(request.requestMethod(), route, reply.status(), System.nanoTime() - start);
    Object written = SparkServer.write(reply, response);
    if (reply.flow().isPresent() && !request.requestMethod().equals("HEAD")) {
      flow(reply.flow().get(), request, response);
    }
    return written;
  }

  /** The head goes out first: after it, Spark leaves the answer alone. */
  private void flow(Consumer<Outflow> flow, Request request, Response response) {
    try {
      response.raw().flushBuffer();
      AsyncOutflow outflow = AsyncOutflow.begin(request, response.raw(), flows);
      flow.accept(outflow);
      if (stopping) {
        outflow.end();
      }
    } catch (IOException e) {
      LOG.debug("a caller went before its answer began", e);
    }
  }

  /** Nothing that goes wrong gets past here, neither to the caller nor unlogged. */
  @SuppressWarnings("CatchingUnchecked") // the last resort of every request
  private Reply guarded(Request request, Answer answer) {
    if (!places.tryAcquire()) {
      return Reply.problem(Problem.unavailable("The gateway is at its limit of requests.", 1));
    }
    try {
      return answer.get();
    } catch (Problem problem) {
      return Reply.problem(problem);
    } catch (BadMessageException e) {
      return Reply.problem(Problem.of(e.getCode(), "The request is not whole: " + e.getReason()));
    } catch (EofException e) {
      return Reply.problem(Problem.of(400, "The request ended before its end."));
    } catch (DatabaseAwayException e) {
      LOG.warn("{} {}: {}", request.requestMethod(), SparkServer.path(request), e.getMessage(), e);
      return Reply.problem(Problem.unavailable("The database cannot be asked at the moment.", 5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Reply.problem(Problem.unavailable("The gateway is stopping.", 1));
    } catch (Exception e) {
      return broken(request, e);
    } finally {
      places.release();
    }
  }

  private static Reply broken(Request request, Exception e) {
    // Jetty wraps the end of its patience for a silent connection in an IOException of its own.
    for (Throwable cause = e; cause instanceof IOException || cause instanceof TimeoutException; ) {
      if (cause instanceof TimeoutException) {
        return Reply.problem(
            Problem.of(408, "The body did not come.").withHeader("Connection", "close"));
      }
      cause = cause.getCause();
    }
    LOG.error("{} {} failed", request.requestMethod(), SparkServer.path(request), e);
    return Reply.problem(Problem.of(500, "Something is broken here; it was logged."));
  }

  private Reply serve(Route route, Request request) throws Exception {
    return route.handler().handle(new SparkCall(request), admit(route, request));
  }

  private Principal admit(Route route, Request request) throws Problem {
    try {
      Principal caller =
          authenticator.authenticate(
              Optional.ofNullable(request.headers("Authorization")), route.roles());
      if (!route.roles().contains(caller.role())) {
        throw Problem.invalid(
            403,
            "The role " + caller.role().claim() + " may not do this.",
            List.of(new FieldError("role", "not_allowed", "the route takes " + roles(route))));
      }
      return caller;
    } catch (AuthException e) {
      throw Problem.invalid(
              401,
              "The request needs a valid token.",
              List.of(new FieldError("Authorization", e.code(), e.getMessage())))
          .withHeader("WWW-Authenticate", "Bearer");
    } catch (KeysUnavailableException e) {
      LOG.warn("cannot judge tokens: {}", e.getMessage(), e);
      throw Problem.unavailable("Tokens cannot be checked at the moment.", 5);
    }
  }

  private static String roles(Route route) {
    return route.roles().stream()
        .map(role -> role.claim())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private Reply servePage(Request request) throws Problem {
    String path = SparkServer.path(request);
    Optional<Reply> page =
        allowed(path).isEmpty()
            ? pages.find(path, Optional.ofNullable(request.headers("If-None-Match")))
            : Optional.empty();
    return page.orElseThrow(() -> notHere(path));
  }

  private Problem notHere(String path) {
    String allowed = allowed(path);
    return allowed.isEmpty()
        ? Problem.of(404, "There is nothing at this path.")
        : Problem.of(405, "This path takes " + allowed + ".").withHeader("Allow", allowed);
  }

  private String allowed(String path) {
    return routes.stream()
        .filter(route -> route.matches(path))
        .map(route -> route.method() == Method.GET ? "GET, HEAD" : route.method().name())
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static Optional<String> origin(Request request) {
    return Optional.ofNullable(request.headers("Origin"));
  }
}
