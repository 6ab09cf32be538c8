package dev.kinebeam.worker.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.catalog.credentials.ProviderCredentials;
import dev.kinebeam.catalog.host.CloudflareStream;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.worker.personal.ProcessingRules.Attempt;
import dev.kinebeam.worker.personal.ProcessingRules.Fail;
import dev.kinebeam.worker.personal.ProcessingRules.Retry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a host or a bucket refuses for its credential waits until that can have been renewed. */
class RefusedCredentialsScenarioTest {
  private static final ProcessingRules RULES = ProcessingRules.USUAL;
  private static final Attempt FIRST = new Attempt(1, 0);
  private static final Attempt LAST = new Attempt(RULES.attempts(), 0);

  private HttpServer server;
  private volatile int status;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @ParameterizedTest
  @CsvSource({
    "400, HOST_REFUSED, false",
    "401, HOST_UNAVAILABLE, true",
    "403, HOST_UNAVAILABLE, true",
    "409, HOST_REFUSED, false"
  })
  void aHostThatRefusesTheTokenIsAskedAgain(int answer, FailureCode code, boolean again) {
    status = answer;
    VideoHost host =
        VideoHosts.open(
                VideoHosts.Settings.fromEnvironment(
                    Map.of(
                        "CLOUDFLARE_STREAM_BASE_URL", address(),
                        "CLOUDFLARE_STREAM_ACCOUNT", "an-account",
                        "CLOUDFLARE_STREAM_TOKEN", "revoked",
                        "CLOUDFLARE_STREAM_CUSTOMER_CODE", "code")))
            .named(CloudflareStream.NAME);
    IOException refused = catchThrowableOfType(IOException.class, () -> host.delete("a-video"));
    decided(refused, code, again);
  }

  @Test
  void aBucketThatRefusesTheKeyIsAskedAgain() throws Exception {
    status = 403;
    try (ObjectStore store =
        ObjectStore.open(
            ObjectStoreSettings.forBucket(
                Map.of(
                    "S3_ENDPOINT", address(),
                    "S3_REGION", "eu-central-1",
                    "S3_ACCESS_KEY_ID", "revoked",
                    "S3_SECRET_ACCESS_KEY", "revoked"),
                "recordings"))) {
      IOException refused = catchThrowableOfType(IOException.class, () -> store.head("a-video"));
      decided(refused, FailureCode.STORE_UNAVAILABLE, true);
    }
  }

  private static void decided(IOException refused, FailureCode code, boolean again) {
    String text = refused.getMessage();
    if (again) {
      assertThat(RULES.after(refused, FIRST)).isInstanceOf(Retry.class);
      Retry retry = (Retry) RULES.after(refused, FIRST);
      assertThat(retry.after()).isGreaterThan(ProviderCredentials.REMEMBERED);
      assertThat(retry.copyAgain()).isFalse();
      assertThat(retry.code()).isEqualTo(code);
    } else {
      assertThat(RULES.after(refused, FIRST)).isEqualTo(new Fail(code, text));
    }
    assertThat(RULES.after(refused, LAST)).isEqualTo(new Fail(code, text));
  }
}
