package dev.kinebeam.coreapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.http.RawHttp;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every route: the unknown, the wrong method, other origins, the pages. */
@Tag("servers")
class CoreApiTest {
  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static HttpRequest.Builder method(String name, String path) {
    return api.request(path).method(name, HttpRequest.BodyPublishers.noBody());
  }

  @Test
  void anUnknownPathIsNotFound() throws Exception {
    for (String method : new String[] {"GET", "POST", "PUT", "DELETE", "PROPFIND"}) {
      Answer answer = api.send(method(method, "/v1/nothing/here"));
      assertThat(answer.status()).as(method).isEqualTo(404);
      assertThat(answer.json().path("status").asInt()).isEqualTo(404);
      assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }
  }

  /** The headers of chunks would cost more than a small answer itself. */
  @Test
  void aResponseStatesItsLength() throws Exception {
    for (String path : new String[] {"/v1/nothing/here", "/openapi.json"}) {
      Answer answer = api.send(method("GET", path));
      assertThat(answer.header("Content-Length"))
          .as(path)
          .isEqualTo(Integer.toString(answer.raw().body().length));
      assertThat(answer.header("Transfer-Encoding")).as(path).isEmpty();
    }
  }

  @Test
  void aWrongMethodIsReported() throws Exception {
    for (String method : new String[] {"GET", "PUT", "DELETE", "PATCH"}) {
      Answer answer = api.send(method(method, "/v1/automations/x/resolve"));
      assertThat(answer.status()).as(method).isEqualTo(405);
      assertThat(answer.header("Allow")).isEqualTo("POST");
    }
    assertThat(api.send(method("POST", "/v1/media/sessions/x")).header("Allow"))
        .isEqualTo("GET, HEAD");
  }

  @Test
  void noHeaderChangesTheMethod() throws Exception {
    Answer answer =
        api.send(
            method("GET", "/v1/automations/x/resolve").header("X-HTTP-Method-Override", "POST"));
    assertThat(answer.status()).isEqualTo(405);
  }

  @Test
  void headIsCheckedAsGet() throws Exception {
    assertThat(api.send(method("HEAD", "/v1/media/sessions")).status()).isEqualTo(401);
  }

  @Test
  void namedOriginsMayCallAndOthersNot() throws Exception {
    Answer named =
        api.send(
            method("OPTIONS", "/v1/automations/x/resolve")
                .header("Origin", "https://clinic.example"));
    assertThat(named.status()).isEqualTo(204);
    assertThat(named.header("Access-Control-Allow-Origin")).isEqualTo("https://clinic.example");
    assertThat(named.header("Access-Control-Allow-Headers")).contains("Authorization");
    assertThat(named.header("Vary")).isEqualTo("Origin, Accept-Encoding");

    Answer other =
        api.send(
            method("OPTIONS", "/v1/automations/x/resolve")
                .header("Origin", "https://evil.example"));
    assertThat(other.header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(other.header("Access-Control-Allow-Headers")).isEmpty();
  }

  @Test
  void pagesOfAnotherOriginMayReadTheHeadersThatTheyNeed() throws Exception {
    Answer named =
        api.send(method("GET", "/v1/media/sessions").header("Origin", "https://clinic.example"));
    assertThat(named.header("Access-Control-Expose-Headers").split(", ", -1))
        .contains("ETag", "Location", "Retry-After", "X-Request-Id");
    Answer other =
        api.send(method("GET", "/v1/media/sessions").header("Origin", "https://evil.example"));
    assertThat(other.header("Access-Control-Expose-Headers")).isEmpty();
  }

  /** Of the gate, of a handler, of a page and of the server itself. */
  @Test
  void everyAnswerHasAnIdAndProblemsRepeatIt() throws Exception {
    Set<String> ids = new HashSet<>();
    for (String path :
        new String[] {"/v1/nothing", "/v1/media/sessions", "/", "/openapi.json", "/v1/%zz"}) {
      String answer = RawHttp.get(api.port(), path);
      String id = answer.replaceAll("(?s).*\r\nX-Request-Id: ([0-9a-f-]{36})\r\n.*", "$1");
      assertThat(id).as(path).hasSize(36);
      ids.add(id);
      if (answer.contains("Content-Type: application/problem+json")) {
        assertThat(answer).contains("\"instance\":\"" + id + "\"");
      }
    }
    assertThat(ids).hasSize(5);
  }

  @Test
  void textAndJsonArePackedForThoseWhoTakeGzip() throws Exception {
    for (String path : new String[] {"/webjars/hls.js/dist/hls.min.js", "/openapi.json", "/"}) {
      byte[] plain = api.send(api.request(path).GET()).raw().body();
      Answer packed = api.send(api.request(path).header("Accept-Encoding", "br, gzip").GET());
      assertThat(packed.header("Content-Encoding")).as(path).isEqualTo("gzip");
      assertThat(packed.header("Vary")).contains("Accept-Encoding");
      assertThat(packed.raw().body().length).as(path).isLessThan(plain.length * 6 / 10);
      try (var in = new GZIPInputStream(new ByteArrayInputStream(packed.raw().body()))) {
        assertThat(in.readAllBytes()).as(path).isEqualTo(plain);
      }
      Answer refused = api.send(api.request(path).header("Accept-Encoding", "gzip;q=0, *").GET());
      assertThat(refused.header("Content-Encoding")).as(path).isEmpty();
      assertThat(refused.header("ETag")).as(path).isNotEqualTo(packed.header("ETag"));
    }
  }

  @Test
  void aCallerThatHasThePageIsNotSentItAgain() throws Exception {
    Answer page = api.send(api.request("/kit.css").header("Accept-Encoding", "gzip").GET());
    String tag = page.header("ETag");
    for (String known : new String[] {tag, "W/" + tag, "\"other\", " + tag, "*"}) {
      Answer again =
          api.send(
              api.request("/kit.css")
                  .header("Accept-Encoding", "gzip")
                  .header("If-None-Match", known)
                  .GET());
      assertThat(again.status()).as(known).isEqualTo(304);
      assertThat(again.header("ETag")).isEqualTo(tag);
    }
    Answer unpacked = api.send(api.request("/kit.css").header("If-None-Match", tag).GET());
    assertThat(unpacked.status()).isEqualTo(200);
  }

  @Test
  void aPagesDictionaryComesWithTheKits() throws Exception {
    Answer both = api.send(api.request("/i18n/ro/kit+inbox.js").GET());
    assertThat(both.status()).isEqualTo(200);
    assertThat(both.header("Content-Type")).startsWith("text/javascript");
    assertThat(both.text())
        .startsWith("export default {\n")
        .contains("'kit.retry':", "'inbox.title':")
        .endsWith("\n};\n");
    assertThat(both.text().lines().filter(line -> line.contains("export"))).hasSize(1);
    for (String none : List.of("kit+nothing", "inbox+kit", "kit+inbox+overview")) {
      assertThat(api.send(api.request("/i18n/ro/" + none + ".js").GET()).status())
          .as(none)
          .isEqualTo(404);
    }
  }

  @Test
  void aQueryThatCannotBeReadIsRefused() throws Exception {
    for (String query : new String[] {"limit=%zz", "limit=%f", "limit=%ff", "%", "limit=%C0%80"}) {
      String answer =
          RawHttp.exchange(
              api.port(),
              "GET /v1/automations?%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                      .replace("%s", query)
                  + "Authorization: Bearer %s\r\n\r\n"
                      .formatted(Tokens.of(Role.SPECIALIST, TestCoreApi.ORG, TestCoreApi.PATIENT)));
      assertThat(answer).as(query).startsWith("HTTP/1.1 400 ").contains("problem+json");
    }
  }

  @Test
  void theFirstPageAndWhatItNamesAreServed() throws Exception {
    Answer page = api.send(api.request("/").GET());
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    var named = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"").matcher(page.text());
    int found = 0;
    while (named.find()) {
      assertThat(api.send(api.request(named.group(1)).GET()).status())
          .as(named.group(1))
          .isEqualTo(200);
      found++;
    }
    assertThat(found).isPositive();
  }

  @Test
  void addressesOfPagesHaveNoExtension() throws Exception {
    Answer page = api.send(api.request("/design").GET());
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(page.header("Permissions-Policy")).contains("camera=(self), microphone=(self)");
    assertThat(api.send(api.request("/design/nothing").GET()).status()).isEqualTo(404);
  }

  @Test
  void browsersGetAPageWhereThereIsNothing() throws Exception {
    Answer page = api.send(api.request("/clinique").header("Accept", "text/html,*/*").GET());
    assertThat(page.status()).isEqualTo(404);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.raw().headers().firstValue("ETag")).isEmpty();
    Answer again =
        api.send(
            api.request("/clinique")
                .header("Accept", "text/html,*/*")
                .header("If-None-Match", "*")
                .GET());
    assertThat(again.status()).isEqualTo(404);
    assertThat(again.text()).as("there is nothing that the browser could have").contains("<html");
    Answer problem = api.send(api.request("/clinique").header("Accept", "*/*").GET());
    assertThat(problem.status()).isEqualTo(404);
    assertThat(problem.header("Content-Type")).startsWith("application/problem+json");
  }

  @Test
  void webjarsAreServedWithAndWithoutTheirVersion() throws Exception {
    Answer plain = api.send(api.request("/webjars/hls.js/dist/hls.min.js").GET());
    assertThat(plain.status()).isEqualTo(200);
    assertThat(plain.header("Content-Type")).startsWith("text/javascript");
    assertThat(plain.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(plain.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(plain.header("Content-Security-Policy"))
        .contains("default-src 'none'")
        .contains("media-src 'self' blob: https://videos.example;")
        .doesNotContain("unsafe");

    Answer versioned = api.send(api.request("/webjars/hls.js/1.4.12/dist/hls.min.js").GET());
    assertThat(versioned.header("Cache-Control")).contains("immutable");

    Answer again =
        api.send(
            api.request("/webjars/hls.js/dist/hls.min.js")
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
        "/webjars/hls.js/dist/hls.min.js.map",
        "/webjars/hls.js/dist/hls.js",
        "/webjars/../../../log4j2.xml",
        "/webjars/hls.js/../../../../log4j2.xml",
        "/webjars/%2e%2e/x/y.js",
        "/webjars/hls.js/..;/x.js",
        "//etc/passwd",
        "/.env",
        "/pages/index.html",
        "/kinebeam-docs/index.html",
        "/dev/kinebeam/coreapi/CoreApi.class",
        "/META-INF/MANIFEST.MF",
        "/index.html%00.js",
        "/dist\\..\\index.html",
      })
  void nothingOutsideThePagesIsServed(String path) throws Exception {
    assertThat(RawHttp.get(api.port(), path)).matches("(?s)HTTP/1\\.1 (400|404) .*");
  }
}
