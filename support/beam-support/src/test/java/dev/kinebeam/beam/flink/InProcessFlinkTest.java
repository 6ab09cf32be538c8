package dev.kinebeam.beam.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real cluster inside this process, with and without its page. */
@Tag("servers")
class InProcessFlinkTest {
  private static final InProcessFlink.Settings PLAIN = InProcessFlink.Settings.of(1, Restarts.FEW);

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void aJobRunsWithoutAPage() throws Exception {
    try (InProcessFlink flink = InProcessFlink.start(PLAIN)) {
      assertThat(flink.page()).isEmpty();
      assertThat(flink.served()).isNull();
      assertThat(InProcessFlink.isAround()).isFalse();
      assertThat(
              flink.<Boolean, RuntimeException>submit(
                  Optional.empty(), Exchange.FULL_BUFFERS, InProcessFlink::isAround))
          .isTrue();
      for (Exchange exchange : Exchange.values()) {
        long timeout =
            flink.<Long, RuntimeException>submit(
                Optional.empty(),
                exchange,
                () -> StreamExecutionEnvironment.getExecutionEnvironment().getBufferTimeout());
        assertThat(timeout).isEqualTo(exchange == Exchange.AT_ONCE ? 0 : 100);
      }
      List<Long> numbers =
          flink.submit(
              Optional.empty(),
              Exchange.FULL_BUFFERS,
              () ->
                  StreamExecutionEnvironment.getExecutionEnvironment()
                      .fromSequence(1, 3)
                      .executeAndCollect(3));
      assertThat(numbers).containsExactlyInAnyOrder(1L, 2L, 3L);
    }
  }

  @Test
  void thePageIsForLookingOnly() throws Exception {
    try (InProcessFlink flink = InProcessFlink.start(PLAIN.withPage(OptionalInt.of(0)))) {
      URI page = flink.page().orElseThrow();
      assertThat(page.getHost()).isEqualTo("127.0.0.1");
      assertThat(flink.served().getPort()).isEqualTo(page.getPort());
      assertThat(status("GET", page.resolve("/overview"))).isEqualTo(200);
      assertThat(status("GET", page.resolve("/"))).isEqualTo(200);
      String job = "/jobs/00000000000000000000000000000000";
      for (String path :
          List.of(
              "/jars/upload",
              "/v1/jars/upload",
              "/jobs",
              "/v1/jobs",
              "/v1/jars/x/run",
              job + "/stop",
              job + "/savepoints",
              "/savepoint-disposal")) {
        assertThat(status("POST", page.resolve(path))).as(path).isEqualTo(404);
      }
      assertThat(status("PATCH", page.resolve(job + "?mode=cancel"))).isEqualTo(404);
      assertThat(status("DELETE", page.resolve("/cluster"))).isEqualTo(404);
      assertThat(status("GET", page.resolve(job + "/yarn-cancel"))).isEqualTo(404);
    }
  }

  @Test
  void aPortInUseIsNamedWithItsFlag() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> InProcessFlink.start(PLAIN.withPage(OptionalInt.of(port))).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("--flink-ui is " + port)
          .hasMessageContaining("in use");
    }
  }

  private int status(String method, URI at) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(at).method(method, HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
