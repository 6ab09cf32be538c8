package dev.kinebeam.coreapi.signin;

import dev.kinebeam.coreapi.identity.OwnKeys;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.MinuteLimit;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code GET /v1/me/token}: a bearer token for the gateway, which knows no sessions. It is valid
 * for 15 minutes, and is given to a session that counts.
 */
final class GatewayTokens implements Route.Handler {
  static final Duration VALID = Duration.ofMinutes(15);
  static final int PER_MINUTE = 20;

  private final SignIn signIn;
  private final Optional<OwnKeys> keys;
  private final Supplier<URI> publicUrl;
  private final Clock clock;
  private final MinuteLimit limit = new MinuteLimit("this session");

  private record Answer(String token, String expiresAt) {}

  GatewayTokens(SignIn signIn, Optional<OwnKeys> keys, Supplier<URI> publicUrl, Clock clock) {
    this.signIn = signIn;
    this.keys = keys;
    this.publicUrl = publicUrl;
    this.clock = clock;
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Optional<Object> session =
        call.header("Authorization").isPresent() ? Optional.empty() : signIn.sessionId(call);
    if (session.isEmpty()) {
      throw Problem.of(
          403, "A token for the gateway is given to a browser's session, not for another token.");
    }
    limit.count(session.get(), PER_MINUTE);
    OwnKeys signing =
        keys.orElseThrow(
            () ->
                Problem.unavailable(
                    "The operator has not set CORE_API_SIGNING_KEYS: nothing can be signed.", 60));
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant expiry = now.plus(VALID);
    String token = signing.sign(caller, publicUrl.get().toString(), now, expiry);
    return Reply.json(200, new Answer(token, Rfc3339.text(expiry)));
  }
}
