package dev.kinebeam.coreapi.signin;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.identity.IdentityProvider;
import dev.kinebeam.coreapi.identity.OwnKeys;
import dev.kinebeam.web.auth.AuthException;
import dev.kinebeam.web.auth.Authenticator;
import dev.kinebeam.web.auth.BrowserSessions;
import dev.kinebeam.web.auth.KeysUnavailableException;
import dev.kinebeam.web.auth.OwnAddress;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Cookies;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.OpenHandler;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How people sign in and out, and how their browsers are recognised. */
public final class SignIn {
  static final String SESSION = "kinebeam-session";

  private static final Logger LOG = LoggerFactory.getLogger(SignIn.class);
  private static final String PAGE = "/sign-in";
  private static final Set<Role> PEOPLE =
      Set.of(Role.PATIENT, Role.SPECIALIST, Role.CLINIC_ADMIN, Role.SUPERADMIN);

  private final Database database;
  private final SignInConfig config;
  private final Supplier<URI> publicUrl;
  private final Clock clock;
  private final WebSessions sessions;
  private final CookieForm cookies;
  private final Optional<IdentityProvider> provider;
  private final Optional<OwnKeys> keys;

  /**
   * Signing in as it is configured.
   *
   * @param listens where the Core API listens, known when it serves
   */
  public SignIn(Database database, SignInConfig config, Supplier<URI> listens, Clock clock) {
    this.database = database;
    this.config = config;
    this.publicUrl = () -> config.publicUrl().orElseGet(listens);
    this.clock = clock;
    this.sessions = new WebSessions(database);
    this.cookies = config.development() ? CookieForm.DEVELOPMENT : CookieForm.DEPLOYED;
    this.provider = config.provider().map(known -> new IdentityProvider(known, clock));
    this.keys = config.signingKeys().or(this::keyOfThisRun).map(OwnKeys::of);
  }

  private Optional<Secret> keyOfThisRun() {
    if (!config.development()) {
      return Optional.empty();
    }
    LOG.warn("CORE_API_SIGNING_KEYS is empty: tokens for the gateway end with this process");
    return Optional.of(OwnKeys.make());
  }

  /** The ways to sign in here. */
  private record Ways(boolean development, boolean provider) {}

  /** The routes of signing in and out, and of tokens. */
  public List<Route> routes() {
    DemoRoutes demo = new DemoRoutes(database, this, config.development());
    LoginRoutes login = new LoginRoutes(this, provider, cookies, publicUrl);
    Ways ways = new Ways(config.development(), provider.isPresent());
    OpenHandler published =
        call ->
            Reply.json(200, keys.map(OwnKeys::published).orElse(Map.of("keys", List.of())))
                .with("Cache-Control", "public, max-age=60");
    return List.of(
        Route.open(Method.GET, "/auth/ways", call -> Reply.json(200, ways)),
        Route.open(Method.GET, "/auth/login", login.login()),
        Route.open(Method.GET, "/auth/callback", login.callback()),
        Route.open(Method.POST, "/auth/logout", new Logout()),
        Route.open(Method.GET, "/auth/demo", demo.cards()),
        Route.open(Method.POST, "/auth/demo", demo.begin()),
        Route.open(Method.GET, "/.well-known/jwks.json", published),
        new Route(
            Method.GET, "/v1/me/token", PEOPLE, new GatewayTokens(this, keys, publicUrl, clock)));
  }

  /** Recognises a browser's session where there is no bearer token. */
  public Authenticator recognising(Authenticator bearers) {
    return new WithSessions(bearers, new OwnSessions());
  }

  private record WithSessions(Authenticator bearers, BrowserSessions own) implements Authenticator {
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
    public OwnAddress address() {
      return config.development()
          ? new OwnAddress(config.publicUrl(), true)
          : new OwnAddress(Optional.of(publicUrl.get()), false);
    }

    @Override
    public Object id(String value) {
      return WebSessions.id(value);
    }

    @Override
    public Optional<Principal> caller(String value) {
      return sessions.use(value);
    }
  }

  /**
   * {@code reply} with a new session of this person, and the browser's session before it ends;
   * empty when the person is not entered with this role, or not active.
   *
   * @param name of a superadmin, whom no organization enters
   */
  Optional<Reply> begin(Call call, Principal person, Optional<String> name, Reply reply) {
    if (!PEOPLE.contains(person.role())) {
      return Optional.empty();
    }
    Principal known =
        person.role() == Role.SUPERADMIN
            ? new Principal(person.role(), Optional.empty(), person.subject())
            : person;
    Optional<String> value = sessions.begin(known);
    if (value.isEmpty()) {
      LOG.info("{} {} is not entered or not active", person.role(), person.subject());
      return Optional.empty();
    }
    if (known.role() == Role.SUPERADMIN) {
      name.ifPresent(given -> sessions.enterPlatformPerson(known.subject(), given));
    }
    value(call).ifPresent(sessions::end);
    return Optional.of(
        reply.withCookie(cookies.set(SESSION, value.get(), WebSessions.LONGEST_SECONDS)));
  }

  /** Whose session the browser has. */
  Optional<Principal> caller(Call call) {
    return value(call).flatMap(sessions::use);
  }

  /** Stands for the browser's session where requests are counted. */
  Optional<Object> sessionId(Call call) {
    return value(call).map(WebSessions::id);
  }

  /** {@code POST /auth/logout}; a clinic behind one address may end its day at the same minute. */
  private final class Logout implements OpenHandler {
    @Override
    public Reply handle(Call call) {
      return logout(call);
    }

    @Override
    public boolean countsSessions() {
      return true;
    }
  }

  /** Ends the browser's session, if it has one. */
  private Reply logout(Call call) {
    Optional<String> value = value(call);
    value.ifPresent(sessions::end);
    String next =
        value
            .flatMap(ended -> provider)
            .flatMap(known -> known.end(URI.create(publicUrl.get() + PAGE)))
            .map(URI::toString)
            .orElse(PAGE);
    return Reply.json(200, Map.of("next", next)).withCookie(cookies.clear(SESSION));
  }

  private Optional<String> value(Call call) {
    return Cookies.value(call.header("Cookie"), cookies.name(SESSION));
  }
}
