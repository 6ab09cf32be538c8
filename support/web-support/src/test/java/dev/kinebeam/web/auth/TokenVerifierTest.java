package dev.kinebeam.web.auth;

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
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
  private static final UUID ORG = UUID.randomUUID();
  private static final UUID SUBJECT = UUID.randomUUID();

  private static RSAKey rsa;
  private static ECKey ec;
  private static HttpServer jwks;
  private static TokenVerifier byPublicKeys;

  private final TokenVerifier bySecret = new TokenVerifier(Tokens.config());

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
        Optional.of(Tokens.AUDIENCE));
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
  void anUnknownKeyIsTheTokensFaultEveryTime() throws Exception {
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("invented").build();
    String token = Tokens.signed(header, new RSASSASigner(rsa), claims().build());
    for (int i = 0; i < 20; i++) {
      assertRefused(byPublicKeys, token, "signature");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exp", "sub", "role", "org_id", "iss", "aud"})
  void aClaimThatIsNullIsMissing(String claim) {
    assertRefused(bySecret, signedPayload(withClaim(claim, "null")), "claims");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"x\"",
        "true",
        "[]",
        "{}",
        "-1",
        "1e400",
        "9223372036854775807",
        "1e18",
        "\"\"",
        "[null]"
      })
  void aClaimOfAnotherKindIsRefused(String value) {
    for (String claim : List.of("exp", "sub", "role", "org_id", "iss", "aud", "nbf", "iat")) {
      String token = signedPayload(withClaim(claim, value));
      boolean harmless = value.matches("-?\\d+|1e18") && !claim.matches("sub|role|org_id|iss|aud");
      if (!harmless) {
        assertThatThrownBy(() -> bySecret.verify(token))
            .as("%s %s", claim, value)
            .isInstanceOf(AuthException.class);
      }
    }
  }

  private static String withClaim(String claim, String value) {
    Map<String, Object> claims = claims().build().toJSONObject();
    claims.remove(claim);
    String rest = JSONObjectUtils.toJSONString(claims);
    return rest.substring(0, rest.length() - 1) + ",\"" + claim + "\":" + value + "}";
  }

  private static String signedPayload(String payload) {
    return signed("{\"alg\":\"HS256\"}", payload);
  }

  /** Signed with the right secret, whatever the parts are. */
  private static String signed(String header, String payload) {
    String input = Base64URL.encode(header) + "." + Base64URL.encode(payload);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Tokens.SECRET.getBytes(UTF_8), "HmacSHA256"));
      return input + "." + Base64URL.encode(mac.doFinal(input.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<String> malformedTokens() {
    String good = signedPayload(withClaim("iat", "1"));
    String payload = withClaim("iat", "1");
    String deep = "[".repeat(5_000);
    return Stream.of(
        signed("null", payload),
        signed("", payload),
        signed("[]", payload),
        signed("7", payload),
        signed("\"HS256\"", payload),
        signed("{}", payload),
        signed("{\"alg\":null}", payload),
        signed("{\"alg\":7}", payload),
        signed("{\"alg\":\"none\"}", payload),
        signed("{\"alg\":\"HS256\",\"typ\":\"JOSE\"}", payload),
        signed("{\"alg\":\"HS256\",\"crit\":[\"x\"]}", payload),
        signed("{\"alg\":\"HS256\",\"crit\":null,\"b64\":false}", payload),
        signed("{\"alg\":\"HS256\",\"jwk\":{}}", payload),
        signed("{\"alg\":\"HS256\",\"x5c\":[7]}", payload),
        signed("{\"alg\":\"HS256\",\"x5u\":\":\"}", payload),
        signed("{\"alg\":\"HS256\",\"zip\":\"DEF\",\"enc\":\"A128GCM\"}", payload),
        signed("{\"alg\":\"HS256\",\"x\":" + deep, payload),
        signed(deep, payload),
        signedPayload("null"),
        signedPayload(""),
        signedPayload("[]"),
        signedPayload("7"),
        signedPayload("\"x\""),
        signedPayload(deep),
        signedPayload("{\"exp\":" + deep),
        signedPayload("{\"exp\":1e999999999}"),
        signedPayload("{\"exp\":" + "9".repeat(5_000) + "}"),
        "",
        ".",
        "..",
        "...",
        "....",
        "a.b.c",
        ".".repeat(10_000),
        good + ".",
        "." + good,
        good.replace('.', ' '),
        good.substring(0, good.length() - 4),
        good.replaceFirst("\\.", ".\u0000"),
        "\uD83D\uDE00.\uD83D.\uDE00");
  }

  @ParameterizedTest
  @MethodSource("malformedTokens")
  void malformedTokensAreRefused(String token) {
    for (TokenVerifier verifier : List.of(bySecret, byPublicKeys)) {
      assertThatThrownBy(() -> verifier.verify(token)).isInstanceOf(AuthException.class);
    }
  }

  /** A good token of which some characters are others, and parts made of any text. */
  @Test
  void noTokenBreaksTheVerifier() {
    Random random = new Random(20_261_129);
    String good = signedPayload(withClaim("iat", "1"));
    for (int i = 0; i < 20_000; i++) {
      String token =
          i % 2 == 0 ? changed(good, random) : signed(anyJson(random, 4), anyJson(random, 4));
      try {
        bySecret.verify(token);
      } catch (AuthException refused) {
        assertThat(refused.code()).isNotEmpty();
      } catch (KeysUnavailableException e) {
        throw new AssertionError("a secret is always available", e);
      }
    }
  }

  private static String changed(String token, Random random) {
    StringBuilder changed = new StringBuilder(token);
    for (int n = random.nextInt(4); n >= 0; n--) {
      changed.setCharAt(random.nextInt(changed.length()), (char) random.nextInt(0x180));
    }
    return changed.toString();
  }

  private static String anyJson(Random random, int depth) {
    List<String> names = List.of("alg", "kid", "typ", "crit", "exp", "sub", "role", "aud", "iss");
    return switch (random.nextInt(depth == 0 ? 5 : 7)) {
      case 0 -> "null";
      case 1 -> Boolean.toString(random.nextBoolean());
      case 2 -> Long.toString(random.nextLong());
      case 3 -> "\"HS256\"";
      case 4 -> random.nextGaussian() + "e" + random.nextInt(400);
      case 5 -> "[" + anyJson(random, depth - 1) + "," + anyJson(random, depth - 1) + "]";
      default ->
          IntStream.range(0, 4)
              .mapToObj(
                  i ->
                      "\""
                          + names.get(random.nextInt(names.size()))
                          + "\":"
                          + anyJson(random, depth - 1))
              .collect(Collectors.joining(",", "{\"alg\":\"HS256\",", "}"));
    };
  }

  @Test
  void keysThatCannotBeFetchedAreNotAVerdict() {
    TokenVerifier cutOff = new TokenVerifier(jwksConfig(1));
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build();
    assertThatThrownBy(
            () -> cutOff.verify(Tokens.signed(header, new RSASSASigner(rsa), claims().build())))
        .isInstanceOf(KeysUnavailableException.class);
  }

  @Test
  void onlyWithoutAComposerTokenMayAnybodyCompose() throws Exception {
    Authenticator open = BearerAuthenticator.withOpenRoute(Tokens.config(), "POST /v1/compose");
    Set<Role> services = Set.of(Role.SERVICE);
    assertThat(open.authenticate(Optional.empty(), "POST /v1/compose", services).role())
        .isEqualTo(Role.SERVICE);
    for (String other : List.of("GET /v1/compose", "POST /v1/webhooks", "GET /v1/renders/{id}")) {
      assertThatThrownBy(() -> open.authenticate(Optional.empty(), other, services))
          .isInstanceOf(AuthException.class);
    }
    Authenticator closed = BearerAuthenticator.withComposer(Tokens.config(), new Secret("secret"));
    assertThatThrownBy(() -> closed.authenticate(Optional.empty(), "POST /v1/compose", services))
        .isInstanceOf(AuthException.class);
  }
}
