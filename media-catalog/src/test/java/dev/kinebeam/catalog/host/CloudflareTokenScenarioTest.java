package dev.kinebeam.catalog.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which token calls of Cloudflare Stream carry. */
class CloudflareTokenScenarioTest {
  private static final String UID = "dd5d531a12de0c724bd1275a3b2bc9c6";

  private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<String> token = new AtomicReference<>("the-first");
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          sent.add(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private VideoHosts.Settings settings(Map<String, String> more) {
    Map<String, String> env = new HashMap<>(more);
    env.put("CLOUDFLARE_STREAM_BASE_URL", "http://127.0.0.1:" + server.getAddress().getPort());
    env.put("CLOUDFLARE_STREAM_ACCOUNT", "an-account");
    env.put("CLOUDFLARE_STREAM_CUSTOMER_CODE", "code");
    return VideoHosts.Settings.fromEnvironment(env);
  }

  @Test
  void aTokenThatIsReplacedIsUsedByTheNextCall() throws Exception {
    VideoHosts.Settings settings =
        settings(Map.of("CLOUDFLARE_STREAM_TOKEN", "of-the-environment"))
            .withCloudflareToken(() -> Optional.of(token.get()));
    VideoHost host = VideoHosts.open(settings).named(CloudflareStream.NAME);
    for (String next : List.of("the-first", "the-second")) {
      token.set(next);
      host.delete(UID);
    }
    assertThat(sent).containsExactly("Bearer the-first", "Bearer the-second");
  }

  @Test
  void withoutAnotherOneTheEnvironmentsIsUsed() throws Exception {
    VideoHosts.open(settings(Map.of("CLOUDFLARE_STREAM_TOKEN", "of-the-environment")))
        .named(CloudflareStream.NAME)
        .delete(UID);
    assertThat(sent).containsExactly("Bearer of-the-environment");
  }
}
