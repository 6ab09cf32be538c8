package dev.kinebeam.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenVerifierTest {
  private static final UUID ORG = UUID.randomUUID();
  private static final UUID SUBJECT = UUID.randomUUID();

  private static RSAKey rsa;
  private static ECKey ec;
  private static HttpServer jwks;
  private static TokenVerifier byPublicKeys;

  private final TokenVerifier bySecret = new TokenVerifier(Tokens.config(Optional.empty()));

  @BeforeAll
  static void publishKeys() throws Exception {
    rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
    ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    byte[] keys =
        new JWKSet(List.of(rsa.toPublicJWK(), ec.toPublicJWK())).toString().getBytes(UTF_8);
    jwks = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    jwks.createContext(
        "/jwks",
        exchange -> {
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    jwks.start();
    byPublicKeys = new TokenVerifier(jwksConfig(jwks.getAddress().getPort()));
  }

  @AfterAll
  static void stop() {
    jwks.stop(0);
  }

  private static AuthConfig jwksConfig(int port) {
    return new AuthConfig(
        Optional.of(URI.create("http://127.0.0.1:" + port + "/jwks")),
        Optional.empty(),
        Optional.of(Tokens.ISSUER),
        Optional.of(Tokens.AUDIENCE),
        Optional.empty());
  }

  private static JWTClaimsSet.Builder claims() {
    return Tokens.claims("clinic_admin", ORG.toString(), SUBJECT.toString());
  }

  private static void assertRefused(TokenVerifier verifier, String token, String code) {
    assertThatThrownBy(() -> verifier.verify(token))
        .isInstanceOfSatisfying(
            AuthException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  private void assertRefused(JWTClaimsSet.Builder claims, String code) {
    assertRefused(bySecret, Tokens.signed(Tokens.SECRET, claims.build()), code);
  }

  @Test
  void aGoodTokenNamesTheCaller() throws Exception {
    Principal caller = bySecret.verify(Tokens.signed(Tokens.SECRET, claims().build())).principal();
    assertThat(caller).isEqualTo(new Principal(Role.CLINIC_ADMIN, Optional.of(ORG), SUBJECT));
  }

  @Test
  void publicKeysOfBothKindsVerify() throws Exception {
    JWSHeader rs256 = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build();
    JWSHeader es256 = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build();
    JWTClaimsSet claims = claims().build();
    assertThat(
            byPublicKeys
                .verify(Tokens.signed(rs256, new RSASSASigner(rsa), claims))
                .principal()
                .orgId())
        .isEqualTo(ORG);
    assertThat(
            byPublicKeys
                .verify(Tokens.signed(es256, new ECDSASigner(ec), claims))
                .principal()
                .orgId())
        .isEqualTo(ORG);
  }

  @Test
  void aTokenCannotChooseHowItIsChecked() throws Exception {
    // The public key, which everybody has, used as if it were a shared secret.
    byte[] publicKey = rsa.toRSAPublicKey().getEncoded();
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa").build();
    String confused = Tokens.signed(header, new MACSigner(publicKey), claims().build());
    assertRefused(byPublicKeys, confused, "signature");
    assertRefused(bySecret, new PlainJWT(claims().build()).serialize(), "malformed");
    JWSHeader hs512 = new JWSHeader(JWSAlgorithm.HS512);
    String longer = "64 bytes 64 bytes 64 bytes 64 bytes 64 bytes 64 bytes 64 bytes 6";
    assertRefused(
        bySecret, Tokens.signed(hs512, new MACSigner(longer), claims().build()), "signature");
  }

  @Test
  void timesIssuerAndAudienceAreChecked() {
    Instant now = Instant.now();
    assertRefused(claims().expirationTime(Date.from(now.minusSeconds(90))), "expired");
    assertRefused(claims().notBeforeTime(Date.from(now.plusSeconds(90))), "claims");
    assertRefused(claims().issuer("somebody"), "claims");
    assertRefused(claims().audience("another service"), "claims");
    assertRefused(claims().expirationTime(null), "claims");
  }

  @Test
  void theCallerMustBeNamed() {
    assertRefused(claims().claim("role", "owner"), "claims");
    assertRefused(claims().claim("role", null), "claims");
    assertRefused(claims().claim("role", 7), "malformed");
    assertRefused(claims().claim("org_id", null), "claims");
    assertRefused(claims().claim("org_id", "clinic"), "claims");
    assertRefused(claims().subject("me"), "claims");
    assertRefused(bySecret, "not.a.token", "malformed");
    assertRefused(bySecret, "", "malformed");
  }

  @Test
  void keysThatCannotBeFetchedAreNoVerdict() {
    TokenVerifier cutOff = new TokenVerifier(jwksConfig(1));
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build();
    assertThatThrownBy(
            () -> cutOff.verify(Tokens.signed(header, new RSASSASigner(rsa), claims().build())))
        .isInstanceOf(KeysUnavailableException.class);
  }

  @Test
  void onlyWithoutAComposerTokenMayAnybodyCompose() throws Exception {
    Authenticator open = new BearerAuthenticator(Tokens.config(Optional.empty()));
    assertThat(open.authenticate(Optional.empty(), Set.of(Role.SERVICE)).role())
        .isEqualTo(Role.SERVICE);
    assertThatThrownBy(() -> open.authenticate(Optional.empty(), Set.of(Role.CLINIC_ADMIN)))
        .isInstanceOf(AuthException.class);
    Authenticator closed = new BearerAuthenticator(Tokens.config(Optional.of("secret")));
    assertThatThrownBy(() -> closed.authenticate(Optional.empty(), Set.of(Role.SERVICE)))
        .isInstanceOf(AuthException.class);
  }
}
