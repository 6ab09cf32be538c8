package dev.kinebeam.coreapi.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.coreapi.identity.IdentityProvider;
import dev.kinebeam.coreapi.identity.IdentityProvider.Person;
import dev.kinebeam.coreapi.identity.SignInException;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.OpenHandler;
import dev.kinebeam.web.http.Reply;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /auth/login} and {@code /auth/callback}: signing in at the identity provider. Browsers
 * come here by links, so that every answer is a redirection: to the provider, to where the person
 * wanted to go, or to {@code /sign-in?error=…}, which says what can be done.
 */
final class LoginRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(LoginRoutes.class);
  private static final String RETURN = "return";
  private static final String STATE = "state";
  private static final String CODE = "code";
  private static final String ERROR = "error";

  private final SignIn signIn;
  private final Optional<IdentityProvider> provider;
  private final Attempts attempts;
  private final Supplier<URI> publicUrl;

  LoginRoutes(
      SignIn signIn,
      Optional<IdentityProvider> provider,
      CookieForm cookies,
      Supplier<URI> publicUrl) {
    this.signIn = signIn;
    this.provider = provider;
    this.attempts = new Attempts(cookies);
    this.publicUrl = publicUrl;
  }

  /** A handler with parameters. */
  private record Taking(Set<String> parameters, boolean passesOverOthers, OpenHandler handler)
      implements OpenHandler {
    @Override
    public Reply handle(Call call) throws Exception {
      return handler.handle(call);
    }
  }

  /** {@code GET /auth/login?return=}. */
  OpenHandler login() {
    return new Taking(Set.of(RETURN), false, this::begin);
  }

  /**
   * {@code GET /auth/callback}. Providers send more than they have to, and clients must pass over
   * what they do not know (RFC 6749, section 4.1.2).
   */
  OpenHandler callback() {
    return new Taking(Set.of(CODE, STATE, "iss", ERROR), true, this::finish);
  }

  private Reply begin(Call call) {
    Optional<String> returnTo = ReturnAddress.of(call.query(RETURN));
    if (provider.isEmpty()) {
      return to(signInPage(Optional.empty(), returnTo));
    }
    Attempts.Attempt attempt = Attempts.begin(returnTo);
    try {
      URI at = provider.get().begin(callbackUrl(), attempt.proof());
      return attempts.keep(to(at.toString()), attempt, call);
    } catch (SignInException e) {
      return failed(e, returnTo);
    }
  }

  private Reply finish(Call call) {
    String state = call.query(STATE).orElse("");
    Optional<Attempts.Attempt> attempt = attempts.find(call, state);
    if (attempt.isEmpty() || provider.isEmpty()) {
      // Also when a person returns to the address later: then nothing is wrong.
      return to(
          signIn
              .caller(call)
              .map(caller -> ReturnAddress.home(caller.role()))
              .orElseGet(() -> signInPage(Optional.of("expired"), Optional.empty())));
    }
    return attempts.forget(finished(call, provider.get(), attempt.get()), state);
  }

  private Reply finished(Call call, IdentityProvider from, Attempts.Attempt attempt) {
    Optional<String> error = call.query(ERROR);
    Optional<String> code = call.query(CODE);
    if (error.isPresent() || code.isEmpty()) {
      LOG.info("the identity provider did not sign in: {}", error.map(LoginRoutes::shown));
      boolean denied = error.filter("access_denied"::equals).isPresent();
      return to(signInPage(Optional.of(denied ? "denied" : "provider"), attempt.returnTo()));
    }
    try {
      Person person = from.finish(callbackUrl(), code.get(), attempt.proof(), call.query("iss"));
      String next =
          attempt.returnTo().orElseGet(() -> ReturnAddress.home(person.principal().role()));
      return signIn
          .begin(call, person.principal(), person.name(), to(next))
          .orElseGet(() -> to(signInPage(Optional.of("unknown"), attempt.returnTo())));
    } catch (SignInException e) {
      return failed(e, attempt.returnTo());
    }
  }

  private static Reply failed(SignInException e, Optional<String> returnTo) {
    LOG.warn("a person was not signed in: {}", e.getMessage());
    LOG.debug("why a person was not signed in", e);
    String error =
        switch (e.kind()) {
          case UNAVAILABLE -> "unavailable";
          case EXPIRED -> "expired";
          case REFUSED -> "refused";
          case PROVIDER -> "provider";
        };
    return to(signInPage(Optional.of(error), returnTo));
  }

  private URI callbackUrl() {
    return URI.create(publicUrl.get() + "/auth/callback");
  }

  private static String signInPage(Optional<String> error, Optional<String> returnTo) {
    String and = returnTo.map(to -> "return=" + URLEncoder.encode(to, UTF_8)).orElse("");
    String query =
        error.map(code -> "error=" + code + (and.isEmpty() ? "" : "&" + and)).orElse(and);
    return query.isEmpty() ? "/sign-in" : "/sign-in?" + query;
  }

  private static Reply to(String address) {
    return Reply.empty(303, Map.of("Location", address));
  }

  private static String shown(String error) {
    String plain = error.replaceAll("[^A-Za-z0-9_]", "?");
    return plain.length() <= 60 ? plain : plain.substring(0, 60) + "…";
  }
}
