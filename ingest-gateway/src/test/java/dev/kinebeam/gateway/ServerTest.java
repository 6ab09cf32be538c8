package dev.kinebeam.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.gateway.TestGateway.Answer;
import dev.kinebeam.gateway.http.RawHttp;
import java.net.http.HttpRequest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every route: the unknown, the wrong method, other origins, the pages. */
class ServerTest {
  private static TestGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = TestGateway.start();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  private static HttpRequest.Builder method(String name, String path) {
    return gateway.request(path).method(name, HttpRequest.BodyPublishers.noBody());
  }

  @Test
  void anUnknownPathIsNotFound() throws Exception {
    for (String method : new String[] {"GET", "POST", "PUT", "DELETE", "PROPFIND"}) {
      Answer answer = gateway.send(method(method, "/v1/nothing/here"));
      assertThat(answer.status()).as(method).isEqualTo(404);
      assertThat(answer.json().path("status").asInt()).isEqualTo(404);
      assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }
  }

  /** Chunks would cost a small answer more than they tell. */
  @Test
  void anAnswerTellsItsLength() throws Exception {
    for (String path : new String[] {"/v1/nothing/here", "/openapi.json"}) {
      Answer answer = gateway.send(method("GET", path));
      assertThat(answer.header("Content-Length"))
          .as(path)
          .isEqualTo(Integer.toString(answer.raw().body().length));
      assertThat(answer.header("Transfer-Encoding")).as(path).isEmpty();
    }
  }

  @Test
  void aWrongMethodIsTold() throws Exception {
    for (String method : new String[] {"GET", "PUT", "DELETE", "PATCH"}) {
      Answer answer = gateway.send(method(method, "/v1/media/events"));
      assertThat(answer.status()).as(method).isEqualTo(405);
      assertThat(answer.header("Allow")).isEqualTo("POST");
    }
    assertThat(gateway.send(method("POST", "/v1/renders/x")).header("Allow"))
        .isEqualTo("GET, HEAD");
  }

  @Test
  void noHeaderChangesTheMethod() throws Exception {
    Answer answer =
        gateway.send(method("GET", "/v1/media/events").header("X-HTTP-Method-Override", "POST"));
    assertThat(answer.status()).isEqualTo(405);
  }

  @Test
  void headIsCheckedAsGet() throws Exception {
    assertThat(gateway.send(method("HEAD", "/v1/media/sessions")).status()).isEqualTo(401);
  }

  @Test
  void namedOriginsMayCallAndOthersNot() throws Exception {
    Answer named =
        gateway.send(
            method("OPTIONS", "/v1/media/events").header("Origin", "https://clinic.example"));
    assertThat(named.status()).isEqualTo(204);
    assertThat(named.header("Access-Control-Allow-Origin")).isEqualTo("https://clinic.example");
    assertThat(named.header("Access-Control-Allow-Headers")).contains("Authorization");
    assertThat(named.header("Vary")).isEqualTo("Origin");

    Answer other =
        gateway.send(
            method("OPTIONS", "/v1/media/events").header("Origin", "https://evil.example"));
    assertThat(other.header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(other.header("Access-Control-Allow-Headers")).isEmpty();
  }

  @Test
  void theFirstPageAndWhatItNamesAreServed() throws Exception {
    Answer page = gateway.send(gateway.request("/").GET());
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    var named = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"").matcher(page.text());
    int found = 0;
    while (named.find()) {
      assertThat(gateway.send(gateway.request(named.group(1)).GET()).status())
          .as(named.group(1))
          .isEqualTo(200);
      found++;
    }
    assertThat(found).isPositive();
  }

  @Test
  void webjarsAreServedWithAndWithoutTheirVersion() throws Exception {
    Answer plain = gateway.send(gateway.request("/webjars/hls.js/dist/hls.min.js").GET());
    assertThat(plain.status()).isEqualTo(200);
    assertThat(plain.header("Content-Type")).startsWith("text/javascript");
    assertThat(plain.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(plain.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(plain.header("Content-Security-Policy"))
        .contains("default-src 'none'")
        .contains("media-src 'self' blob: https://videos.example;")
        .doesNotContain("unsafe");

    Answer versioned =
        gateway.send(gateway.request("/webjars/hls.js/1.4.12/dist/hls.min.js").GET());
    assertThat(versioned.header("Cache-Control")).contains("immutable");

    Answer again =
        gateway.send(
            gateway
                .request("/webjars/hls.js/dist/hls.min.js")
                .header("If-None-Match", plain.header("ETag"))
                .GET());
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.raw().body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../db/migration/V1__roles_and_organizations.sql",
        "/%2e%2e/log4j2.xml",
        "/..%2flog4j2.xml",
        "/%2e%2e%2flog4j2.xml",
        "/webjars/../../../log4j2.xml",
        "/webjars/hls.js/../../../../log4j2.xml",
        "/webjars/%2e%2e/x/y.js",
        "/webjars/hls.js/..;/x.js",
        "//etc/passwd",
        "/.env",
        "/kinebeam-pages/index.html",
        "/dev/kinebeam/gateway/Gateway.class",
        "/META-INF/MANIFEST.MF",
        "/index.html%00.js",
        "/dist\\..\\index.html",
      })
  void nothingOutsideThePagesIsServed(String path) throws Exception {
    assertThat(RawHttp.get(gateway.port(), path)).matches("(?s)HTTP/1\\.1 (400|404) .*");
  }
}
