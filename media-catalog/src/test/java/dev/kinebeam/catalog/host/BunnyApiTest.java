package dev.kinebeam.catalog.host;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BunnyApiTest {
  /** Half an answer, and then silence on an open line. */
  @Test
  @Timeout(60)
  void anAnswerThatStallsInItsBodyIsNotAnAnswer() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Socket> open =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  Socket socket = server.accept();
                  socket
                      .getOutputStream()
                      .write(
                          "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"guid\":"
                              .getBytes(StandardCharsets.US_ASCII));
                  socket.getOutputStream().flush();
                  return socket;
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      URI address = URI.create("http://127.0.0.1:" + server.getLocalPort());
      BunnyApi api =
          new BunnyApi(
              new BunnyStreamSettings(address, "1", "key", address, Optional.empty()),
              Duration.ofMillis(200),
              Duration.ofMillis(300));
      assertThatThrownBy(() -> api.video("abc"))
          .isInstanceOf(VideoHostException.Unavailable.class)
          .hasMessageContaining("did not arrive completely");
      open.join().close();
    }
  }
}
