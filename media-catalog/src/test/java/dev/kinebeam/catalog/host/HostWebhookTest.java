package dev.kinebeam.catalog.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected values were made with {@code openssl dgst -sha256 -hmac}, not with our code. */
class HostWebhookTest {
  private static final Instant SENT = Instant.ofEpochSecond(1767225600);
  private static final String SECRET = "a-webhook-secret";
  private static final String VIDEO =
      "{\"uid\":\"dd5d531a12de0c724bd1275a3b2bc9c6\",\"readyToStream\":true}";
  private static final String MAC =
      "cd6997105dc794cac5c62d9722116c74530e6efb782408017c14712826fbb695";
  private static final String SIGNED = "time=1767225600,sig1=" + MAC;

  private static final String GUID = "657bb740-a71b-4529-a012-528021c31a92";
  private static final String FINISHED =
      "{\"VideoLibraryId\":133,\"VideoGuid\":\"" + GUID + "\",\"Status\":3}";
  private static final Map<String, String> BUNNY =
      Map.of(
          "X-BunnyStream-Signature-Version", "v1",
          "X-BunnyStream-Signature-Algorithm", "hmac-sha256",
          "X-BunnyStream-Signature",
              "95ba721a9a8ee56efa4ce19d45dba902747c0effc76c76a6d3d316f1f332cfd8");

  private static boolean cloudflare(String header, String body, Instant now, String... secrets) {
    return new CloudflareWebhook()
        .isAuthentic(
            name -> Optional.of(header).filter(there -> name.equals("Webhook-Signature")),
            body.getBytes(UTF_8),
            List.of(secrets),
            now);
  }

  private static boolean bunny(Map<String, String> headers, String body, String... secrets) {
    return new BunnyWebhook()
        .isAuthentic(
            name -> Optional.ofNullable(headers.get(name)),
            body.getBytes(UTF_8),
            List.of(secrets),
            SENT);
  }

  @Test
  void cloudflareSignsTimeAndBody() {
    assertThat(cloudflare(SIGNED, VIDEO, SENT, SECRET)).isTrue();
    assertThat(cloudflare(SIGNED, VIDEO, SENT, "the next secret", SECRET)).isTrue();
    assertThat(cloudflare(SIGNED, VIDEO, SENT, "another secret")).isFalse();
    assertThat(cloudflare(SIGNED, VIDEO, SENT)).isFalse();
    assertThat(cloudflare(SIGNED, VIDEO + " ", SENT, SECRET)).isFalse();
    assertThat(cloudflare(SIGNED, VIDEO.replace("true", "trUe"), SENT, SECRET)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"300, true", "301, false", "-60, true", "-61, false"})
  void cloudflaresTimeIsNotOldAndNotInTheFuture(int secondsLater, boolean accepted) {
    Instant now = SENT.plus(Duration.ofSeconds(secondsLater));
    assertThat(cloudflare(SIGNED, VIDEO, now, SECRET)).isEqualTo(accepted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "time=1767225600",
        "sig1=" + MAC,
        "time=,sig1=" + MAC,
        "time=1767225601,sig1=" + MAC,
        "time=01767225600,sig1=" + MAC,
        "time=1767225600.0,sig1=" + MAC,
        "time=99999999999999999999,sig1=" + MAC,
        "time=1,time=1767225600,sig1=" + MAC,
        "time=1767225600,sig2=" + MAC,
        "time=1767225600,sig1=",
        "time=1767225600;sig1=" + MAC
      })
  void headersOfAnotherFormAreNotSigned(String header) {
    assertThat(cloudflare(header, VIDEO, SENT, SECRET)).isFalse();
  }

  @Test
  void bunnySignsTheBodyAlone() {
    assertThat(bunny(BUNNY, FINISHED, "read-only-key")).isTrue();
    assertThat(bunny(BUNNY, FINISHED, "the next key", "read-only-key")).isTrue();
    assertThat(bunny(BUNNY, FINISHED, "another key")).isFalse();
    assertThat(bunny(BUNNY, FINISHED)).isFalse();
    assertThat(bunny(BUNNY, FINISHED.replace("133", "134"), "read-only-key")).isFalse();
  }

  @Test
  void bunnysHeadersAreThereInTheirForm() {
    for (String name : BUNNY.keySet()) {
      Map<String, String> without = new TreeMap<>(BUNNY);
      without.remove(name);
      assertThat(bunny(without, FINISHED, "read-only-key")).as("without %s", name).isFalse();
      Map<String, String> other = new TreeMap<>(BUNNY);
      other.computeIfPresent(name, (key, value) -> value.toUpperCase(Locale.ROOT));
      assertThat(bunny(other, FINISHED, "read-only-key")).as("another %s", name).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"0,false", "1,false", "2,false", "3,true", "4,true", "5,true", "6,false", "7,false"})
  void bunnyReportsProgressToo(int status, boolean decides) {
    assertThat(
            new BunnyWebhook().event(FINISHED.replace(":3}", ":" + status + "}").getBytes(UTF_8)))
        .contains(new HostWebhook.Event(GUID, decides));
  }

  @Test
  void aMessageNamesItsVideo() {
    assertThat(new CloudflareWebhook().event(VIDEO.getBytes(UTF_8)))
        .contains(new HostWebhook.Event("dd5d531a12de0c724bd1275a3b2bc9c6", true));
    for (String other :
        List.of("", "[]", "null", "{", "{}", "{\"uid\":\"a/../b\"}", "{\"uid\":null}")) {
      assertThat(new CloudflareWebhook().event(other.getBytes(UTF_8))).as(other).isEmpty();
    }
    assertThat(new BunnyWebhook().event("{\"VideoGuid\":\"\"}".getBytes(UTF_8))).isEmpty();
  }
}
