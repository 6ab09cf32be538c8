package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that never come, that come slowly, and more of them than the server may hold. */
class BodyLimitsTest {
  /** Eight of them are all that may be held. */
  private static final int EIGHTH = TinyApi.MAX_HELD / 8;

  private static final Duration LONG = Duration.ofSeconds(60);

  private final List<RawHttp> open = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (RawHttp connection : open) {
      connection.close();
    }
    open.clear();
  }

  private static final String OURS = TinyApi.token("usual");

  @Test
  void aBodyThatNeverComesIsAnswered408() throws Exception {
    try (TinyApi api = TinyApi.with(new Timeouts(Duration.ofMillis(400), LONG, LONG, 1))) {
      assertThat(promise(api, OURS, 1000, 10).readAll())
          .startsWith("HTTP/1.1 408")
          .contains("problem+json")
          .contains("Connection: close");
    }
  }

  @Test
  void aBodyThatTricklesIsAnswered408() throws Exception {
    try (TinyApi api = TinyApi.with(new Timeouts(LONG, LONG, Duration.ofMillis(700), 1))) {
      RawHttp slow = promise(api, OURS, 100_000, 1);
      Thread trickle = new Thread(() -> drip(slow));
      trickle.start();
      assertThat(slow.readAll()).startsWith("HTTP/1.1 408").contains("problem+json");
      close();
      trickle.join();
    }
  }

  /** Until the connection is closed. */
  private static void drip(RawHttp connection) {
    try {
      while (true) {
        connection.send(" ");
        Thread.sleep(50);
      }
    } catch (IOException closed) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** With one place for all requests, an unfinished body that held it would stop the server. */
  @Test
  void unfinishedBodiesHoldNoPlace() throws Exception {
    try (TinyApi api = TinyApi.with(TinyApi.bodies(16, 64, TrustedProxies.NONE))) {
      RawHttp first = promise(api, OURS, 1000, 10);
      for (int i = 1; i < 16; i++) {
        promise(api, OURS, 1000, 10);
      }
      assertThat(small(api)).startsWith("HTTP/1.1 202");
      assertThat(rest(first)).startsWith("HTTP/1.1 202");
    }
  }

  @Test
  void oneCallersUnfinishedBodiesAreFew() throws Exception {
    try (TinyApi api = TinyApi.with(TinyApi.bodies(2, 64, TrustedProxies.NONE))) {
      RawHttp first = promise(api, OURS, 1000, 10);
      promise(api, OURS, 1000, 10);
      assertThat(api.exchange(head(OURS, 1000, "")))
          .startsWith("HTTP/1.1 429")
          .contains("problem+json")
          .contains("Retry-After: 1");
      // Whole bodies are not counted, another caller is not affected, and what ends makes room.
      assertThat(small(api)).startsWith("HTTP/1.1 202");
      assertThat(rest(promise(api, TinyApi.token("other"), 1000, 10))).startsWith("HTTP/1.1 202");
      assertThat(rest(first)).startsWith("HTTP/1.1 202");
      assertThat(rest(promise(api, OURS, 1000, 10))).startsWith("HTTP/1.1 202");
    }
  }

  @Test
  void oneCallerAnnouncesAPartOfTheBudgetOnly() throws Exception {
    try (TinyApi api = TinyApi.with(TinyApi.bodies(16, 64, TrustedProxies.NONE))) {
      promise(api, OURS, EIGHTH * 2, 0);
      assertThat(api.exchange(head(OURS, 1, ""))).startsWith("HTTP/1.1 429");
    }
  }

  @Test
  void oneAddressesUnfinishedBodiesAreFew() throws Exception {
    try (TinyApi api = TinyApi.with(TinyApi.bodies(16, 2, TrustedProxies.NONE))) {
      promise(api, TinyApi.token("a"), 1000, 10);
      promise(api, TinyApi.token("b"), 1000, 10);
      assertThat(api.exchange(head(TinyApi.token("c"), 1000, ""))).startsWith("HTTP/1.1 429");
      RawHttp elsewhere = RawHttp.open(api.port(), "127.0.0.2");
      assertThat(rest(begin(elsewhere, head(OURS, 1000, ""), 10))).startsWith("HTTP/1.1 202");
    }
  }

  @Test
  void aTrustedProxysWordSeparatesItsClients() throws Exception {
    TrustedProxies loopback = TrustedProxies.of(List.of("127.0.0.0/8"));
    try (TinyApi api = TinyApi.with(TinyApi.bodies(16, 1, loopback))) {
      String first = "X-Forwarded-For: 203.0.113.1\r\n";
      begin(RawHttp.open(api.port()), head(OURS, 1000, first), 10);
      assertThat(api.exchange(head(OURS, 1000, first))).startsWith("HTTP/1.1 429");
      String other = head(OURS, 1000, "X-Forwarded-For: 203.0.113.1, 203.0.113.2\r\n");
      assertThat(rest(begin(RawHttp.open(api.port()), other, 10))).startsWith("HTTP/1.1 202");
    }
  }

  @Test
  void aCallerWithoutATokenIsAnsweredBeforeItsBody() throws Exception {
    try (TinyApi api = TinyApi.start()) {
      assertThat(api.exchange(head("not a token", 1000, "")))
          .startsWith("HTTP/1.1 401")
          .contains("Connection: close");
    }
  }

  @Test
  void bodiesAreBoundedTogether() throws Exception {
    try (TinyApi api = TinyApi.start()) {
      for (int i = 0; i < 8; i++) {
        promise(api, TinyApi.token("patient " + i), EIGHTH, EIGHTH * 3 / 4);
      }
      long deadline = System.nanoTime() + LONG.toNanos();
      String answer = small(api);
      // The last pieces may still be on their way.
      while (answer.startsWith("HTTP/1.1 202") && System.nanoTime() < deadline) {
        answer = small(api);
      }
      assertThat(answer)
          .startsWith("HTTP/1.1 503")
          .contains("Retry-After: 1")
          .contains("The " + TinyApi.NAME + " holds all the bodies that it may.");
      close();
      while (!answer.startsWith("HTTP/1.1 202") && System.nanoTime() < deadline) {
        answer = small(api);
      }
      assertThat(answer).startsWith("HTTP/1.1 202");
    }
  }

  private static String small(TinyApi api) throws IOException {
    return api.exchange(
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n"
            + ("Content-Type: application/json\r\n" + TinyApi.authorization() + "\r\n{}"));
  }

  private static String rest(RawHttp connection) throws IOException {
    return connection.send(" ".repeat(990)).readTo("}");
  }

  private static String head(String token, int announced, String more) {
    return "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + ("Expect: 100-continue\r\nAuthorization: Bearer " + token + "\r\n")
        + ("Content-Length: " + announced + "\r\n" + more + "\r\n");
  }

  /** Announces {@code announced} bytes and sends {@code sent} of them. */
  private RawHttp promise(TinyApi api, String token, int announced, int sent) throws IOException {
    return begin(RawHttp.open(api.port()), head(token, announced, ""), sent);
  }

  /** The gateway asks for the body when it has counted it, and so tests need not wait. */
  private RawHttp begin(RawHttp connection, String head, int sent) throws IOException {
    open.add(connection);
    assertThat(connection.send(head).readTo("\r\n\r\n")).startsWith("HTTP/1.1 100");
    return connection.send(" ".repeat(sent));
  }
}
