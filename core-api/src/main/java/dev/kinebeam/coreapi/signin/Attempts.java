package dev.kinebeam.coreapi.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.coreapi.identity.IdentityProvider.Proof;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Cookies;
import dev.kinebeam.web.http.Reply;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Attempts to sign in that are under way, each in a cookie of its browser for ten minutes: nothing
 * is kept here for callers who are not known, and an answer of the provider counts in the browser
 * that asked. Each tab has its own attempt, and a browser at most five.
 */
record Attempts(CookieForm cookies) {
  private static final String NAME = "kinebeam-login-";
  private static final int NAMED_BY = 8;
  private static final int MOST = 5;
  private static final long SECONDS = 600;
  private static final String SEPARATOR = ".";

  /** An attempt, and where it leads. */
  record Attempt(Proof proof, Optional<String> returnTo) {}

  static Attempt begin(Optional<String> returnTo) {
    return new Attempt(
        new Proof(RandomText.next(), RandomText.next(), RandomText.next()), returnTo);
  }

  /** {@code reply}, after which the browser keeps the attempt. */
  Reply keep(Reply reply, Attempt attempt, Call call) {
    Reply kept =
        reply.withCookie(cookies.set(name(attempt.proof.state()), value(attempt), SECONDS));
    List<String> others =
        Cookies.all(call.header("Cookie")).keySet().stream()
            .filter(name -> name.startsWith(cookies.name(NAME)))
            .toList();
    for (String old : others.subList(0, Math.max(0, others.size() - MOST + 1))) {
      kept = kept.withCookie(cookies.clear(old.substring(cookies.name("").length())));
    }
    return kept;
  }

  /** The attempt of this browser that the provider's answer belongs to. */
  Optional<Attempt> find(Call call, String state) {
    Map<String, String> all = Cookies.all(call.header("Cookie"));
    return Optional.ofNullable(all.get(cookies.name(name(state))))
        .flatMap(Attempts::read)
        .filter(
            attempt ->
                MessageDigest.isEqual(
                    attempt.proof.state().getBytes(UTF_8), state.getBytes(UTF_8)));
  }

  /** {@code reply}, after which the browser has forgotten the attempt. */
  Reply forget(Reply reply, String state) {
    return reply.withCookie(cookies.clear(name(state)));
  }

  private static String name(String state) {
    String part = state.length() <= NAMED_BY ? state : state.substring(0, NAMED_BY);
    return NAME + part.replaceAll("[^A-Za-z0-9_-]", "_");
  }

  private static String value(Attempt attempt) {
    return String.join(
        SEPARATOR,
        attempt.proof.state(),
        attempt.proof.nonce(),
        attempt.proof.verifier(),
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(attempt.returnTo.orElse("").getBytes(UTF_8)));
  }

  private static Optional<Attempt> read(String value) {
    String[] parts = value.split("\\.", -1);
    if (parts.length != 4 || parts[2].length() < 43) {
      return Optional.empty();
    }
    try {
      String returnTo = new String(Base64.getUrlDecoder().decode(parts[3]), UTF_8);
      return Optional.of(
          new Attempt(
              new Proof(parts[0], parts[1], parts[2]), ReturnAddress.of(Optional.of(returnTo))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
