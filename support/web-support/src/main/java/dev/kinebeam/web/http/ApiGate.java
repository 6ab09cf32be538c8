package dev.kinebeam.web.http;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.auth.AuthException;
import dev.kinebeam.web.auth.Authenticator;
import dev.kinebeam.web.auth.BrowserSessions;
import dev.kinebeam.web.auth.KeysUnavailableException;
import dev.kinebeam.web.auth.OwnAddress;
import dev.kinebeam.web.auth.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interface's gate: finds the route, recognises its caller and compares the caller's role with
 * the route's, all before a body is read.
 */
final class ApiGate implements Gate {
  /** The route's name in the counts of everything that is not a route. */
  static final String PAGES = "pages";

  private static final Logger LOG = LoggerFactory.getLogger(ApiGate.class);

  /** Enough for ten browsers that load everything; pages take no slot of a route. */
  static final int LARGE_PAGES_AT_ONCE = 64;

  private final Semaphore largePages = new Semaphore(LARGE_PAGES_AT_ONCE);
  private final RouteTable routes;
  private final Pages pages;
  private final Authenticator authenticator;
  private final ResponseFinisher finish;
  private final RequestSlots slots;
  private final RequestObserver observer;

  private record Asked(String route, Object who) {}

  private final MinuteLimit openRequests = new MinuteLimit("this address");

  /** Apart from addresses: invented cookies cannot displace these. */
  private final MinuteLimit sessionRequests = new MinuteLimit("this session");

  ApiGate(
      RouteTable routes,
      Pages pages,
      Authenticator authenticator,
      ResponseFinisher finish,
      RequestSlots slots,
      RequestObserver observer) {
    this.routes = routes;
    this.pages = pages;
    this.authenticator = authenticator;
    this.finish = finish;
    this.slots = slots;
    this.observer = observer;
  }

  /**
   * A request that may be served.
   *
   * @param begunAt {@link System#nanoTime} when its head was here
   * @param target what serves it
   */
  record Admitted(long begunAt, ToRoute target) implements Admission {
    @Override
    public boolean readsBody() {
      return target.route.method().hasBody();
    }

    @Override
    public int maxBodyBytes() {
      return target.route.handler().maxBodyBytes();
    }

    @Override
    public Optional<Principal> caller() {
      return target.caller;
    }

    String name() {
      return target.route.path();
    }
  }

  /**
   * A route, for a caller who may take it.
   *
   * @param caller empty where the token is in the body, and where the route needs none
   */
  record ToRoute(
      Route route,
      Map<String, String> parameters,
      QueryParameters queries,
      Optional<Principal> caller) {}

  @Override
  public Verdict check(Head head) {
    long begunAt = System.nanoTime();
    if (head.method().equals("OPTIONS")) {
      return answered(head, PAGES, finish.cors().preflight(head.header("Origin")), begunAt);
    }
    Optional<List<String>> path = PlainPath.segments(head.path());
    if (path.isEmpty()) {
      return answered(head, PAGES, Reply.problem(nothingHere()), begunAt);
    }
    RouteTable.Match match = routes.match(head.method(), path.get());
    if (match instanceof RouteTable.Match.Found found) {
      return admitted(head, found, begunAt);
    }
    if (match instanceof RouteTable.Match.OtherMethod other) {
      return answered(head, PAGES, Reply.problem(otherMethod(other.allow())), begunAt);
    }
    return page(head, "/" + String.join("/", path.get()), begunAt);
  }

  /** Answered without a thread that waits for the reader: pages are large, and need no token. */
  private Verdict page(Head head, String path, long begunAt) {
    Reply page =
        Optional.of(path)
            .filter(wanted -> Method.GET.answers(head.method()))
            .flatMap(wanted -> pages.find(wanted, head).or(() -> pages.missing(head)))
            .orElseGet(() -> Reply.problem(nothingHere()));
    if (page.body().length <= SlicedWrite.SLICE) {
      return answered(head, PAGES, page, begunAt);
    }
    if (!largePages.tryAcquire()) {
      return answered(head, PAGES, Reply.problem(tooManyPages()), begunAt);
    }
    return new Verdict.Answered(finished(head, PAGES, page, begunAt), largePages::release);
  }

  @Override
  public Reply bodyRefused(Admission admission, Head head, Problem problem) {
    Admitted admitted = (Admitted) admission;
    return finished(head, admitted.name(), Reply.problem(problem), admitted.begunAt);
  }

  private Verdict admitted(Head head, RouteTable.Match.Found found, long begunAt) {
    Route route = found.route();
    try {
      // Keys may have to be fetched, so this takes a place; the wait for a body then does not.
      Optional<Principal> caller = slots.serve(head, route.path(), () -> caller(route, head));
      QueryParameters queries = head.queries(route.handler());
      return new Verdict.Admitted(
          new Admitted(begunAt, new ToRoute(route, found.parameters(), queries, caller)));
    } catch (Problem problem) {
      return answered(head, route.path(), Reply.problem(problem), begunAt);
    }
  }

  /** The caller that the head names; nothing where the body may name it, or none is needed. */
  private Optional<Principal> caller(Route route, Head head) throws Problem {
    if (route.handler() instanceof OpenHandler open) {
      count(route, open, head);
      if (open.needsOwnHost()) {
        ownOrigin().requireHost(head);
      }
      if (!open.provesSender()) {
        ownOrigin().require(head);
      }
      return Optional.empty();
    }
    Optional<String> authorization = head.header("Authorization");
    Optional<Principal> browser =
        authorization.isPresent() ? Optional.empty() : browser(route, head);
    if (browser.isPresent()) {
      return browser;
    }
    boolean beacon =
        authorization.isEmpty()
            && route.handler() instanceof BeaconHandler
            && LimitedBody.isText(head.header("Content-Type"));
    return beacon ? Optional.empty() : Optional.of(admit(route, "Authorization", authorization));
  }

  /** Asked each time: a server that is being started does not know its port yet. */
  private OwnOrigin ownOrigin() {
    return new OwnOrigin(
        authenticator
            .sessions()
            .map(BrowserSessions::address)
            .orElseGet(() -> new OwnAddress(Optional.empty(), true)));
  }

  private void count(Route route, OpenHandler open, Head head) throws Problem {
    Optional<Object> session =
        authenticator
            .sessions()
            .filter(known -> open.countsSessions())
            .flatMap(known -> value(known, head).map(known::id));
    if (session.isPresent()) {
      sessionRequests.count(new Asked(route.name(), session.get()), open.perMinute());
    } else {
      openRequests.count(new Asked(route.name(), head.site()), open.perMinute());
    }
  }

  private static Optional<String> value(BrowserSessions sessions, Head head) {
    return Cookies.value(head.header("Cookie"), sessions.cookie());
  }

  /** The caller whose session the head's cookie names; nothing where it has no such cookie. */
  private Optional<Principal> browser(Route route, Head head) throws Problem {
    Optional<BrowserSessions> sessions = authenticator.sessions();
    Optional<String> value = sessions.flatMap(known -> value(known, head));
    if (value.isEmpty()) {
      return Optional.empty();
    }
    ownOrigin().require(head);
    Principal caller =
        sessions
            .orElseThrow()
            .caller(value.get())
            .orElseThrow(
                () -> unknown("Cookie", "session_over", "the session is over: sign in again"));
    requireRole(route, caller);
    return Optional.of(caller);
  }

  /** The caller that {@code token} names, which was in a body. */
  Principal caller(Route route, String token) throws Problem {
    return admit(route, "token", Optional.of("Bearer " + token));
  }

  private Principal admit(Route route, String field, Optional<String> authorization)
      throws Problem {
    try {
      Principal caller = authenticator.authenticate(authorization, route.name(), route.roles());
      requireRole(route, caller);
      return caller;
    } catch (AuthException e) {
      // A token that was found in a body comes here as if it were a header.
      String hint =
          authorization.isEmpty() && route.handler() instanceof BeaconHandler
              ? "; a token in the body counts in text/plain only"
              : "";
      throw unknown(field, e.code(), e.getMessage() + hint);
    } catch (KeysUnavailableException e) {
      LOG.warn("tokens cannot be verified: {}", e.getMessage(), e);
      throw Problem.unavailable("Tokens cannot be checked at the moment.", 5);
    }
  }

  private static Problem unknown(String field, String code, String message) {
    return Problem.invalid(
            401,
            "The request needs a valid token or session.",
            List.of(new FieldError(field, code, message)))
        .withHeader("WWW-Authenticate", "Bearer");
  }

  private static void requireRole(Route route, Principal caller) throws Problem {
    if (!route.roles().contains(caller.role())) {
      throw Problem.invalid(
          403,
          "The role " + caller.role().claim() + " may not do this.",
          List.of(new FieldError("role", "not_allowed", "the route takes " + roles(route))));
    }
  }

  private static String roles(Route route) {
    return route.roles().stream()
        .map(role -> role.claim())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private Verdict answered(Head head, String route, Reply reply, long begunAt) {
    return new Verdict.Answered(finished(head, route, reply, begunAt), () -> {});
  }

  private Reply finished(Head head, String route, Reply reply, long begunAt) {
    observer.answered(head.method(), route, reply.status(), System.nanoTime() - begunAt);
    return finish.on(reply, head);
  }

  private static Problem tooManyPages() {
    return Problem.unavailable(
        "Already %d large pages are being sent.".formatted(LARGE_PAGES_AT_ONCE), 1);
  }

  static Problem nothingHere() {
    return Problem.of(404, "There is nothing at this path.");
  }

  private static Problem otherMethod(String allow) {
    return Problem.of(405, "This path takes " + allow + ".").withHeader("Allow", allow);
  }
}
