package dev.kinebeam.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.gateway.TestGateway.Answer;
import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bodies that never come, and more of them than the gateway may hold. */
class BodyLimitsTest {
  private static final int HALF_A_BODY = 512 * 1024;

  @Test
  void aBodyThatNeverComesIsToldSo() throws Exception {
    try (TestGateway gateway = TestGateway.waitingFor(Duration.ofMillis(400));
        Socket silent = promise(gateway, 1000, 10)) {
      silent.setSoTimeout(10_000);
      String answer = new String(silent.getInputStream().readAllBytes(), ISO_8859_1);
      assertThat(answer).startsWith("HTTP/1.1 408").contains("problem+json");
    }
  }

  @Test
  void bodiesInFlightAreBoundedTogether() throws Exception {
    List<Socket> halves = new ArrayList<>();
    try (TestGateway gateway = TestGateway.start()) {
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      Answer turnedAway = gateway.postEvents(Events.pauseAt(1));
      while (turnedAway.status() == 202 && System.nanoTime() < deadline) {
        halves.add(promise(gateway, HALF_A_BODY + 1, HALF_A_BODY - 1));
        turnedAway = gateway.postEvents(Events.pauseAt(1));
      }
      assertThat(turnedAway.status()).as(turnedAway.text()).isEqualTo(503);
      assertThat(turnedAway.header("Retry-After")).isEqualTo("1");
      gateway.log.clear();

      close(halves);
      Answer taken = gateway.postEvents(Events.pauseAt(1));
      while (taken.status() == 503 && System.nanoTime() < deadline) {
        taken = gateway.postEvents(Events.pauseAt(1));
      }
      assertThat(taken.status()).as(taken.text()).isEqualTo(202);
      assertThat(gateway.log.of(Topics.MEDIA_EVENTS)).hasSize(1);
    } finally {
      close(halves);
    }
  }

  /** Announces {@code announced} bytes and sends {@code sent} of them. */
  private static Socket promise(TestGateway gateway, int announced, int sent) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    String head =
        "POST /v1/media/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + ("Authorization: Bearer " + TestGateway.patientToken() + "\r\n")
            + ("Content-Length: " + announced + "\r\n\r\n");
    socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    socket.getOutputStream().write(" ".repeat(sent).getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    return socket;
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
