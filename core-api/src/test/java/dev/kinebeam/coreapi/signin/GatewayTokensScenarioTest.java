package dev.kinebeam.coreapi.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.coreapi.identity.OwnKeys;
import dev.kinebeam.web.auth.AuthConfig;
import dev.kinebeam.web.auth.AuthException;
import dev.kinebeam.web.auth.BearerAuthenticator;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.auth.TrustedIssuer;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tokens of sessions, as a gateway checks them that trusts the Core API beside a provider. */
@Tag("servers")
class GatewayTokensScenarioTest {
  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static String address() {
    return "http://127.0.0.1:" + api.port();
  }

  private static AuthConfig trusting(String issuer, String audience) {
    URI keys = URI.create(address() + "/.well-known/jwks.json");
    return Tokens.config().and(new TrustedIssuer(issuer, keys, audience));
  }

  private static Principal checked(AuthConfig config, String token) throws Exception {
    return BearerAuthenticator.ofTokens(config)
        .authenticate(Optional.of("Bearer " + token), "POST /v1/media/events", Set.of());
  }

  private static void refused(AuthConfig config, String token, String why) {
    AuthException refusal = catchThrowableOfType(AuthException.class, () -> checked(config, token));
    assertThat(refusal).as(why).isNotNull();
  }

  private static Answer token(String cookie) throws Exception {
    return api.send(api.request("/v1/me/token").header("Cookie", cookie).GET());
  }

  @Test
  void aSessionGetsATokenThatTheGatewayAccepts() throws Exception {
    Answer answer = token(api.signIn(TestCoreApi.PATIENT));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    Instant expiry = Instant.parse(answer.json().path("expires_at").asText());
    assertThat(Duration.between(Instant.now(), expiry))
        .isBetween(Duration.ofMinutes(14), Duration.ofMinutes(15));
    String token = answer.json().path("token").asText();
    AuthConfig config = trusting(address(), OwnKeys.AUDIENCE);
    assertThat(checked(config, token))
        .isEqualTo(new Principal(Role.PATIENT, Optional.of(TestCoreApi.ORG), TestCoreApi.PATIENT));
    assertThat(checked(config, TestCoreApi.patientToken()).subject())
        .as("the provider's tokens count as before")
        .isEqualTo(TestCoreApi.PATIENT);
    assertThat(api.get("/v1/me", token).status()).as("not a token for the Core API").isEqualTo(401);
  }

  @Test
  void aTokenOfAnotherIssuerOrAudienceIsRefused() throws Exception {
    String token = token(api.signIn(TestCoreApi.PATIENT)).json().path("token").asText();
    refused(Tokens.config(), token, "the Core API is not trusted");
    refused(trusting("http://127.0.0.1:1", OwnKeys.AUDIENCE), token, "another issuer is trusted");
    refused(trusting(address(), "another audience"), token, "it is for another audience");
  }

  /** Who knows the provider's shared secret, or has a key of their own, is not the Core API. */
  @Test
  void aTokenChoosesItsIssuerAndNotItsAlgorithmOrKeys() {
    AuthConfig config = trusting(address(), OwnKeys.AUDIENCE);
    String ofTheSecret =
        Tokens.signed(
            Tokens.SECRET,
            Tokens.claims("patient", TestCoreApi.ORG.toString(), UUID.randomUUID().toString())
                .issuer(address())
                .audience(OwnKeys.AUDIENCE)
                .build());
    refused(config, ofTheSecret, "HS256 with the provider's secret");
    Instant now = Instant.now();
    Principal patient =
        new Principal(Role.PATIENT, Optional.of(TestCoreApi.ORG), TestCoreApi.PATIENT);
    String ofAnotherKey =
        OwnKeys.of(OwnKeys.make()).sign(patient, address(), now, now.plusSeconds(60));
    refused(config, ofAnotherKey, "a key that is not published");
  }

  @Test
  void noSessionNoToken() throws Exception {
    assertThat(api.send(api.request("/v1/me/token").GET()).status()).isEqualTo(401);
    assertThat(api.get("/v1/me/token", TestCoreApi.patientToken()).status()).isEqualTo(403);
    UUID person = UUID.randomUUID();
    api.person(TestCoreApi.ORG, person, "patient");
    String cookie = api.signIn(person);
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE web_sessions SET expires_at = now() WHERE person_id = ?", person));
    assertThat(token(cookie).status()).isEqualTo(401);
  }

  @Test
  void aSessionGetsSoManyTokensInAMinute() throws Exception {
    String cookie = api.signIn(TestCoreApi.PATIENT);
    for (int i = 0; i < GatewayTokens.PER_MINUTE; i++) {
      assertThat(token(cookie).status()).isEqualTo(200);
    }
    Answer refused = token(cookie);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
    assertThat(token(api.signIn(TestCoreApi.PATIENT)).status()).isEqualTo(200);
  }

  @Test
  void publishedKeysHaveNoPrivatePart() throws Exception {
    Answer keys = api.send(api.request("/.well-known/jwks.json").GET());
    assertThat(keys.json().path("keys")).hasSize(1);
    assertThat(keys.json().path("keys").path(0).has("d")).isFalse();
    assertThat(keys.header("Cache-Control")).contains("max-age");
  }
}
