package dev.kinebeam.coreapi.signin;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.web.auth.AuthException;
import dev.kinebeam.web.auth.Authenticator;
import dev.kinebeam.web.auth.BrowserSessions;
import dev.kinebeam.web.auth.KeysUnavailableException;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Cookies;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How people sign in and out, and how their browsers are recognised. */
public final class SignIn {
  static final String SESSION = "kinebeam-session";

  private final Database database;
  private final boolean development;
  private final WebSessions sessions;
  private final CookieForm cookies;

  public SignIn(Database database, SignInConfig config) {
    this.database = database;
    this.development = config.development();
    this.sessions = new WebSessions(database);
    this.cookies = development ? CookieForm.DEVELOPMENT : CookieForm.DEPLOYED;
  }

  /** The routes of signing in and out, all of them open. */
  public List<Route> routes() {
    DemoRoutes demo = new DemoRoutes(database, this, development);
    return List.of(
        Route.open(Method.POST, "/auth/logout", this::logout),
        Route.open(Method.GET, "/auth/demo", demo.cards()),
        Route.open(Method.POST, "/auth/demo", demo.begin()));
  }

  /** Recognises a browser's session where there is no bearer token. */
  public Authenticator recognising(Authenticator bearers) {
    return new WithSessions(bearers, new OwnSessions());
  }

  private record WithSessions(Authenticator bearers, BrowserSessions own)
      implements Authenticator {
    @Override
    public Principal authenticate(Optional<String> authorization, String route, Set<Role> accepted)
        throws AuthException, KeysUnavailableException {
      return bearers.authenticate(authorization, route, accepted);
    }

    @Override
    public Optional<BrowserSessions> sessions() {
      return Optional.of(own);
    }
  }

  private final class OwnSessions implements BrowserSessions {
    @Override
    public String cookie() {
      return cookies.name(SESSION);
    }

    @Override
    public Optional<Principal> caller(String value) {
      return sessions.use(value);
    }
  }

  /**
   * {@code reply}, with a new session of this person; the browser's session before it ends.
   *
   * @throws Problem 403 when the person is not entered, or not active
   */
  Reply begin(Call call, Principal person, Reply reply) throws Problem {
    String value =
        sessions
            .begin(person)
            .orElseThrow(
                () ->
                    Problem.of(
                        403,
                        "This person is not entered, or is deactivated: ask your clinic's"
                            + " administrator."));
    value(call).ifPresent(sessions::end);
    return reply.withCookie(cookies.set(SESSION, value, WebSessions.LONGEST_SECONDS));
  }

  /** {@code POST /auth/logout}: ends the browser's session, if it has one. */
  private Reply logout(Call call) {
    value(call).ifPresent(sessions::end);
    return Reply.json(200, Map.of("next", "/sign-in")).withCookie(cookies.clear(SESSION));
  }

  private Optional<String> value(Call call) {
    return Cookies.value(call.header("Cookie"), cookies.name(SESSION));
  }
}
