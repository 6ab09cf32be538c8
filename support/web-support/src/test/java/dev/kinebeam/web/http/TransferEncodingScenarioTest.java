package dev.kinebeam.web.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes on a socket, since no client would send these. Each request carries a second one in its
 * chunked body; a server that disagreed about where the first ends would answer that as well.
 */
class TransferEncodingScenarioTest {
  private static final String CHUNKED_BODY =
      "0\r\n\r\nGET /v1/things?smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

  private static TinyApi server;

  @BeforeAll
  static void start() throws Exception {
    server = TinyApi.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked",
        "transfer-encoding: chunked",
        "tRaNsFeR-eNcOdInG: ChUnKeD",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding:chunked",
        "Transfer-Encoding:\tchunked",
        "Transfer-Encoding: chunked ",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding:",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\r\ntransfer-encoding: chunked",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 0\r\nTransfer-Encoding: xchunked",
      })
  void isRefusedWith411AndTheConnectionIsClosed(String header) throws Exception {
    String answer = exchange("POST /v1/things HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 411 ")
        .containsIgnoringCase("\r\nConnection: close\r\n");
    assertThat(answer).contains("application/problem+json").contains("Content-Length");
    assertOneAnswer(answer);
  }

  /** These name no header that HTTP knows: a server may not guess that one is meant. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        " Transfer-Encoding: chunked",
        "X: y\r\n Transfer-Encoding: chunked",
        "Transfer-Encoding\u000b: chunked",
        "Transfer-Encoding\u0000: chunked",
        "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding: chunked\r\n\tX",
      })
  void malformedFormsAreRefusedAndTheConnectionIsClosed(String header) throws Exception {
    String answer = exchange("POST /v1/things HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n");
    assertThat(answer).matches("(?s)HTTP/1\\.1 4(00|11) .*");
    assertThat(answer).containsIgnoringCase("\r\nConnection: close\r\n");
    assertOneAnswer(answer);
  }

  @Test
  void isRefusedFromOldClientsToo() throws Exception {
    String answer =
        exchange("POST /v1/things HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 411 ");
    assertOneAnswer(answer);
  }

  @Test
  void isRefusedOnAConnectionThatServedBefore() throws Exception {
    String answer =
        exchange(
            """
            GET /v1/things HTTP/1.1\r
            Host: x\r
            \r
            POST /v1/things HTTP/1.1\r
            Host: x\r
            Transfer-Encoding: chunked\r
            \r
            """);
    assertThat(answer.split("HTTP/1\\.1 ", -1)).hasSize(3);
    assertThat(answer).startsWith("HTTP/1.1 401 ").contains("HTTP/1.1 411 ");
  }

  private static void assertOneAnswer(String answer) {
    assertThat(answer.split("HTTP/1\\.1 ", -1)).as(answer).hasSize(2);
  }

  /** Sends the head and the body with a request inside, and reads until the server closes. */
  private static String exchange(String head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
      socket.getOutputStream().write((head + CHUNKED_BODY).getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
