package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes on a socket: what is refused is refused with a problem document. */
class RawRequestsScenarioTest {
  private static final String ID = "0b0b0b0b-1111-2222-3333-444444444444";

  private static final Timeouts SHORT_TIMEOUTS =
      new Timeouts(Duration.ofSeconds(30), Duration.ofMillis(700), Duration.ofSeconds(30), 1);

  private static TinyApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TinyApi.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static String get(String target) throws IOException {
    return api.exchange(
        "GET "
            + target
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + TinyApi.authorization()
            + "\r\n");
  }

  private static void assertProblem(String answer, int status) {
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("application/problem+json")
        .doesNotContainIgnoringCase("<html");
  }

  @Test
  void routesAreFoundByTheirDecodedPath() throws Exception {
    assertThat(get("/v1/things")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/v1/th%69ngs")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/v1/things/" + ID)).startsWith("HTTP/1.1 200 ").contains(ID);
    assertThat(get("/v1/things?x=;/../%2f")).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/things/%F0%9F%98%80",
        "/v1/things/%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB",
        "/v1/things/%EF%BF%BF",
        "/v1/things/%20",
        "/v1/things/a+b",
        "/v1/things/%00",
        "/v1/things/%0d%0aX:y",
        "/v1/things/%7f",
        "/v1/things/%C0%AF",
        "/v1/things/%ED%A0%80",
        "/v1/things/%F8%88%80%80%80",
        "/v1/things/%ff",
        "/v1/things/%F0%9F",
        "/v1/things/%u0041",
        "/v1/things/%",
        "/v1/things/%4",
        "/v1/things/%zz",
        "/v1/things/%25",
        "/v1/things;x=1",
        "/v1/things;",
        "/v1;a/things",
        "/;/v1/things",
        "/v1/things%3bx=1",
        "/v1/./things",
        "/v1/things/.",
        "/v1/x/../things",
        "/v1/things/..",
        "/v1/%2e/things",
        "/v1/x/%2e%2e/things",
        "/v1%2fthings",
        "/v1%2Fthings",
        "/v1/things%2f",
        "/v1%5cthings",
        "/v1//things",
        "//v1/things",
        "/v1/things/",
        "/V1/things",
        "/v1/things/" + ID + "/",
        "/v1/things/\u00e9",
        "/v1/things\u0080",
        "/v1/things/|",
        "/v1/things\\x",
        "v1/things",
        "*",
        "x:y",
      })
  void odderPathsNameNothing(String path) throws Exception {
    String answer = get(path);
    assertThat(answer).matches("(?s)HTTP/1\\.1 40[04] .*").doesNotContainIgnoringCase("<html");
    assertThat(answer).contains("application/problem+json").doesNotContain("\nAllow:");
    if (path.startsWith("/v1/things/%F0%9F%98")
        || path.contains(";")
        || path.contains("%2")
        || path.contains("/.")) {
      assertProblem(answer, 404);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "get, 405",
    "Get, 405",
    "TRACE, 405",
    "DELETE, 405",
    "PATCH, 405",
    "PROPFIND, 405",
    "FOO, 405",
    "PUT, 405",
    "OPTIONS, 204",
  })
  void methodsAreCaseSensitiveAndKnown(String method, int status) throws Exception {
    String answer =
        api.exchange(
            method
                + " /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + TinyApi.authorization()
                + "\r\n");
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    if (status == 405) {
      assertThat(answer).contains("Allow: GET, HEAD, POST").contains("application/problem+json");
    }
  }

  @Test
  void optionsOfEverythingAndConnectNameNothing() throws Exception {
    assertThat(api.exchange("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 204 ");
    try (RawHttp connection = RawHttp.open(api.port())) {
      // Not until the server closes: after a CONNECT it waits as long as on an idle connection.
      connection.send("CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n");
      assertThat(connection.readTo("}"))
          .matches("(?s)HTTP/1\\.1 40[045] .*")
          .contains("application/problem+json");
    }
  }

  @Test
  void headIsAnsweredWithoutABody() throws Exception {
    String answer =
        api.exchange(
            "HEAD /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + TinyApi.authorization()
                + "\r\n");
    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
    String refused =
        api.exchange("HEAD /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(refused).startsWith("HTTP/1.1 401 ").endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/things HTTP/1.1\r\n\r\n",
        "GET /v1/things HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /v1/things HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n",
        "GET /v1/things HTTP/1.1\r\nHost: x\r\nX: y\r\n z\r\n\r\n",
        "GET /v1/things HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n",
        "GET /v1/things HTTP/1.1\r\nHost: x\r\nX\r\n\r\n",
        "GET /v1/things HTTP/1.1\r\nHost: x y\r\n\r\n",
        "GET /v1/things HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n",
        "GET http://y/v1/things HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\n{}",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n\r\n{}",
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        "\u0000\u0001\u0002\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
      })
  void malformedRequestsAreRefused(String request) throws Exception {
    assertProblem(api.exchange(request), 400);
  }

  @Test
  void otherVersionsAreRefused() throws Exception {
    assertThat(api.exchange("GET /v1/things HTTP/3.7\r\nHost: x\r\n\r\n"))
        .matches("(?s)HTTP/1\\.1 (400|505) .*")
        .contains("application/problem+json");
    assertProblem(api.exchange("GET /v1/things\r\n\r\n"), 505);
    assertThat(api.exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
        .matches("(?s)HTTP/1\\.1 4\\d\\d .*")
        .doesNotContain("<html");
    String upgrade =
        api.exchange(
            "GET /v1/things HTTP/1.1\r\n"
                + "Host: x\r\n"
                + "Connection: Upgrade, close\r\n"
                + "Upgrade: websocket\r\n"
                + TinyApi.authorization()
                + "\r\n");
    assertThat(upgrade).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void oldClientsAreServed() throws Exception {
    assertThat(api.exchange("GET /v1/things HTTP/1.0\r\n" + TinyApi.authorization() + "\r\n"))
        .startsWith("HTTP/1.1 200 ");
    // Without a length there is no body, and what follows is not read.
    assertThat(api.exchange("POST /v1/things HTTP/1.0\r\n" + TinyApi.authorization() + "\r\n{}"))
        .startsWith("HTTP/1.1 415 ");
  }

  @Test
  void absoluteTargetsAreServedWhenTheyNameTheHost() throws Exception {
    assertThat(get("http://x/v1/things")).startsWith("HTTP/1.1 200 ");
    assertThat(get("http://x")).matches("(?s)HTTP/1\\.1 (200|404) .*");
  }

  @Test
  void headersAreBounded() throws Exception {
    String many = "X: y\r\n".repeat(5_000);
    assertProblem(api.exchange("GET /v1/things HTTP/1.1\r\nHost: x\r\n" + many + "\r\n"), 431);
    String large = "X: " + "y".repeat(20_000) + "\r\n";
    assertProblem(api.exchange("GET /v1/things HTTP/1.1\r\nHost: x\r\n" + large + "\r\n"), 431);
    assertProblem(api.exchange("GET /" + "y".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"), 414);
  }

  @Test
  void noHeaderChangesTheMethodOrThePath() throws Exception {
    for (String field :
        List.of("X-HTTP-Method-Override: FOO", "X-Original-URL: /x", "X-Rewrite-URL: /x")) {
      assertThat(
              api.exchange(
                  "GET /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                      + field
                      + "\r\n"
                      + TinyApi.authorization()
                      + "\r\n"))
          .as(field)
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void anExpectationOtherThanContinueFails() throws Exception {
    assertThat(
            api.exchange(
                "POST /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 200-ok\r\n"
                    + "Content-Length: 2\r\n\r\n{}"))
        .startsWith("HTTP/1.1 417 ")
        .contains("application/problem+json");
  }

  /** Each is answered in order; a refused body in between does not shift the next request. */
  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    String post =
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s"
            + "Content-Length: 41\r\n\r\n"
            + "GET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n    ";
    String answers =
        api.exchange(
            "GET /v1/things HTTP/1.1\r\nHost: x\r\n"
                + TinyApi.authorization()
                + "\r\n"
                + post.formatted(TinyApi.authorization())
                + post.formatted("")
                + "GET /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(answers.split("HTTP/1\\.1 ", -1))
        .extracting(part -> part.isEmpty() ? "" : part.substring(0, 3))
        .containsExactly("", "200", "202", "401", "401");
    assertThat(answers).contains("{\"bytes\":41}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /v1/things HTTP/1.1\r\nHost: x\r\nX: ", "GET /", "\r\n"})
  void aHeadThatTricklesIsCutOff(String start) throws Exception {
    try (TinyApi slow = TinyApi.with(SHORT_TIMEOUTS)) {
      RawHttp connection = RawHttp.open(slow.port());
      long begun = System.nanoTime();
      connection.send(start);
      assertThat(whatComesWhileDripping(connection, start.equals("\r\n") ? "\r\n" : "a")).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isBetween(Duration.ofMillis(600), Duration.ofSeconds(10));
    }
  }

  /** Also on a connection that was served before, and when the head comes behind a request. */
  @Test
  void aLaterHeadThatTricklesIsCutOff() throws Exception {
    try (TinyApi slow = TinyApi.with(SHORT_TIMEOUTS)) {
      RawHttp connection = RawHttp.open(slow.port());
      String whole = "GET /v1/things HTTP/1.1\r\nHost: x\r\n\r\n";
      connection.send(whole).readTo("\"errors\"");
      connection.send(whole + "GET ").readTo("\"errors\"");
      assertThat(whatComesWhileDripping(connection, "a")).doesNotContain("HTTP/1.1");
    }
  }

  private static String whatComesWhileDripping(RawHttp connection, String drops) throws Exception {
    Thread drip = new Thread(() -> drip(connection, drops));
    try (connection) {
      drip.start();
      return connection.readUntilClosed();
    } finally {
      drip.join();
    }
  }

  @Test
  void anIdleConnectionIsClosedAndAServedOneMayTakeItsTime() throws Exception {
    Timeouts timeouts =
        new Timeouts(Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofSeconds(30), 1);
    try (TinyApi api = TinyApi.with(timeouts);
        RawHttp connection = RawHttp.open(api.port())) {
      String whole = "GET /v1/things HTTP/1.1\r\nHost: x\r\n\r\n";
      connection.send(whole).readTo("\"errors\"");
      long begun = System.nanoTime();
      connection.readUntilClosed();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));
    }
  }

  /** Until the connection is closed. */
  private static void drip(RawHttp connection, String bytes) {
    try {
      while (true) {
        connection.send(bytes);
        Thread.sleep(50);
      }
    } catch (IOException closed) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
