package dev.kinebeam.catalog.host;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.schemas.Json;
import java.math.BigInteger;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudflareStreamSettingsTest {
  private static final String UID = "6b9e68b07dfee8cc2d116e4c51d6a957";

  /** Where the key of PKCS #1 begins in one of PKCS #8 with 2048 bits. */
  private static final int PKCS1_AT = 26;

  private static KeyPair pair;

  @BeforeAll
  static void makeKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    pair = generator.generateKeyPair();
  }

  private static Map<String, String> environment(String... others) {
    Map<String, String> env =
        new HashMap<>(
            Map.of(
                "CLOUDFLARE_STREAM_ACCOUNT", "account-1",
                "CLOUDFLARE_STREAM_TOKEN", "secret-token",
                "CLOUDFLARE_STREAM_CUSTOMER_CODE", "f33zs165nr7gyfy4",
                "CLOUDFLARE_STREAM_WEBHOOK_SECRET", "secret-of-webhooks"));
    for (int i = 0; i < others.length; i += 2) {
      env.put(others[i], others[i + 1]);
    }
    return env;
  }

  private static CloudflareStreamSettings signing(String key) {
    return CloudflareStreamSettings.fromEnvironment(
        environment(
            "CLOUDFLARE_STREAM_SIGNING_KEY_ID", "key-1", "CLOUDFLARE_STREAM_SIGNING_KEY", key));
  }

  @ParameterizedTest
  @CsvSource({
    "f33zs165nr7gyfy4, https://customer-f33zs165nr7gyfy4.cloudflarestream.com",
    "customer-f33.cloudflarestream.com, https://customer-f33.cloudflarestream.com",
    "http://127.0.0.1:9200/, http://127.0.0.1:9200"
  })
  void theCustomerIsNamedByCodeByHostOrByAddress(String code, String address) {
    CloudflareStreamSettings settings =
        CloudflareStreamSettings.fromEnvironment(
            environment("CLOUDFLARE_STREAM_CUSTOMER_CODE", code));
    assertThat(settings.playback()).isEqualTo(URI.create(address));
    assertThat(settings.baseUrl()).isEqualTo(URI.create("https://api.cloudflare.com/client/v4"));
  }

  @Test
  void noSecretIsPrintedAndWhatIsMissingIsNamed() {
    String key = webKey();
    assertThat(signing(key).toString())
        .contains("account-1", "key-1")
        .doesNotContain("secret-", key);
    assertThatThrownBy(() -> CloudflareStreamSettings.fromEnvironment(Map.of()))
        .hasMessageContaining("CLOUDFLARE_STREAM_CUSTOMER_CODE");
    assertThatThrownBy(
            () ->
                CloudflareStreamSettings.fromEnvironment(
                    environment("CLOUDFLARE_STREAM_SIGNING_KEY", key)))
        .hasMessageContaining("CLOUDFLARE_STREAM_SIGNING_KEY_ID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "guessed text",
        "Z3Vlc3NlZA==",
        "{ }",
        "{\"n\":\"AQ\"}",
        "-----BEGIN PRIVATE KEY-----"
      })
  void whatIsNotAKeyIsRefusedAtTheStartWithoutBeingPrinted(String key) {
    assertThatThrownBy(() -> signing(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("CLOUDFLARE_STREAM_SIGNING_KEY is not a key: ")
        .message()
        .doesNotContain(key);
  }

  @Test
  void aKeyIsReadInEachFormThatTheApiReturns() throws Exception {
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, PKCS1_AT, pkcs8.length);
    for (String key :
        new String[] {webKey(), pem("PRIVATE KEY", pkcs8), pem("RSA PRIVATE KEY", pkcs1)}) {
      isSigned(signing(key));
      isSigned(signing(Base64.getEncoder().encodeToString(key.getBytes(UTF_8))));
    }
  }

  private static void isSigned(CloudflareStreamSettings settings) throws Exception {
    Instant now = Instant.parse("2025-12-31T23:00:00.9Z");
    CloudflareStream host =
        new CloudflareStream(
            settings, Retrier.of(CloudflareStream.RETRIES), Clock.fixed(now, ZoneOffset.UTC));
    Playback playback = host.playback(UID);
    assertThat(playback.expires()).contains(Instant.parse("2026-01-01T00:00:00Z"));
    String[] path = playback.hls().getPath().split("/", 3);
    assertThat(path[2]).isEqualTo("manifest/video.m3u8");
    assertThat(playback.thumbnail().orElseThrow().getPath())
        .isEqualTo("/" + path[1] + "/thumbnails/thumbnail.jpg");
    String[] token = path[1].split("\\.", -1);
    assertThat(decoded(token[0]))
        .isEqualTo(Json.MAPPER.readTree("{\"alg\":\"RS256\",\"kid\":\"key-1\"}"));
    assertThat(decoded(token[1]))
        .isEqualTo(
            Json.MAPPER.readTree(
                "{\"sub\":\"%s\",\"kid\":\"key-1\",\"exp\":1767225600}".formatted(UID)));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(pair.getPublic());
    signature.update((token[0] + "." + token[1]).getBytes(US_ASCII));
    assertThat(signature.verify(Base64.getUrlDecoder().decode(token[2]))).isTrue();
  }

  @Test
  void addressesAreSignedAgainAfterTenMinutes() {
    Instant start = Instant.parse("2025-12-31T23:00:00Z");
    AtomicReference<Instant> now = new AtomicReference<>(start);
    CloudflareStream host =
        new CloudflareStream(
            signing(webKey()), Retrier.of(CloudflareStream.RETRIES), clock(now::get));
    Playback first = host.playback(UID);
    now.set(start.plusSeconds(599));
    assertThat(host.playback(UID)).isEqualTo(first);
    assertThat(host.playback("another").hls()).isNotEqualTo(first.hls());
    now.set(start.plusSeconds(600));
    Playback again = host.playback(UID);
    assertThat(again.hls()).isNotEqualTo(first.hls());
    assertThat(again.expires()).contains(start.plusSeconds(4_200));
  }

  private static Clock clock(Supplier<Instant> now) {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Instant instant() {
        return now.get();
      }
    };
  }

  @Test
  void withoutASigningKeyAddressesArePublic() {
    Playback playback =
        CloudflareStream.open(CloudflareStreamSettings.fromEnvironment(environment()))
            .playback(UID);
    assertThat(playback.hls().getPath()).isEqualTo("/" + UID + "/manifest/video.m3u8");
    assertThat(playback.expires()).isEmpty();
  }

  @Test
  void theSettingsOfAllHostsNameThisOne() {
    VideoHosts.Settings settings =
        VideoHosts.Settings.fromEnvironment(environment("VIDEO_HOST", "cloudflare"));
    assertThat(settings.requiredForNew()).isEqualTo("cloudflare");
    VideoHosts hosts = VideoHosts.open(settings);
    assertThat(hosts.names()).containsExactly("cloudflare");
    assertThat(hosts.forNew().capabilities().copiesFromUrl()).isTrue();
    assertThatThrownBy(() -> hosts.named("bunny"))
        .hasMessageContaining("BUNNY_STREAM_CDN_HOSTNAME");
  }

  private static JsonNode decoded(String part) throws Exception {
    return Json.MAPPER.readTree(Base64.getUrlDecoder().decode(part));
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(der), kind);
  }

  private static String webKey() {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) pair.getPrivate();
    Map<String, String> jwk = new LinkedHashMap<>(Map.of("kty", "RSA", "kid", "key-1"));
    jwk.put("n", number(key.getModulus()));
    jwk.put("e", number(key.getPublicExponent()));
    jwk.put("d", number(key.getPrivateExponent()));
    jwk.put("p", number(key.getPrimeP()));
    jwk.put("q", number(key.getPrimeQ()));
    jwk.put("dp", number(key.getPrimeExponentP()));
    jwk.put("dq", number(key.getPrimeExponentQ()));
    jwk.put("qi", number(key.getCrtCoefficient()));
    return new String(Json.bytes(jwk), UTF_8);
  }

  private static String number(BigInteger value) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(value.toByteArray());
  }
}
