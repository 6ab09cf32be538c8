package dev.kinebeam.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.objectstore.ObjectStoreSettings.Credentials;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is reported of a store that refuses, or breaks off; BundleIT uses the real one. */
class ObjectStoreTest {
  private static final byte[] WHOLE = new byte[200_000];

  @TempDir Path folder;
  private HttpServer server;
  private ObjectStore store;
  private int answered;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    store =
        ObjectStore.open(
            new ObjectStoreSettings(
                "assets",
                "eu-central-1",
                Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                Optional.of(new Credentials("id", "secret"))));
  }

  @AfterEach
  void stop() {
    store.close();
    server.stop(0);
  }

  private void refuse(String code) {
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              ("<Error><Code>" + code + "</Code><Message>no</Message></Error>")
                  .getBytes(StandardCharsets.UTF_8);
          boolean head = exchange.getRequestMethod().equals("HEAD");
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(403, head ? -1 : body.length);
          if (!head) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
  }

  /** Answers with the first {@code bytes} and then hangs up, {@code times} times. */
  private void breakOff(int bytes, int times) {
    server.createContext(
        "/",
        exchange -> {
          boolean broken = answered++ < times;
          exchange.sendResponseHeaders(200, WHOLE.length);
          OutputStream body = exchange.getResponseBody();
          body.write(WHOLE, 0, broken ? bytes : WHOLE.length);
          body.flush();
          exchange.close();
        });
  }

  private static void assertRefused(ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOf(ObjectStoreException.Refused.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void aRefusalNamesTheObjectAndTheRightThatIsMissing() {
    refuse("AccessDenied");
    assertRefused(
        () -> store.list("squats/"),
        "403 AccessDenied for s3://assets/squats/",
        "s3:ListBucket on arn:aws:s3:::assets");
    assertRefused(
        () -> store.read("a/b"), "s3://assets/a/b", "s3:GetObject on arn:aws:s3:::assets/*");
    assertRefused(() -> store.head("a/b"), "s3://assets/a/b", "s3:GetObject");
    assertRefused(() -> store.put("a/b", new byte[1], "text/plain"), "s3:PutObject");
    assertRefused(() -> store.delete("a/b"), "s3:DeleteObject");
  }

  /** As S3 answers a condition that does not hold: OwnHostIT asks a real server. */
  @Test
  void aConditionThatDoesNotHoldIsAnAnswerAndNotAFailure() throws Exception {
    List<String> conditions = new ArrayList<>();
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          String absent = exchange.getRequestHeaders().getFirst("If-None-Match");
          String match = exchange.getRequestHeaders().getFirst("If-Match");
          conditions.add(absent + " " + match);
          boolean holds = "*".equals(absent) || "\"v1\"".equals(match);
          exchange.getResponseHeaders().set("ETag", "\"v2\"");
          exchange.sendResponseHeaders(holds && answered++ < 2 ? 200 : 412, -1);
          exchange.close();
        });
    assertThat(store.putIfAbsent("a/b", new byte[1], "text/plain")).hasValue("v2");
    assertThat(store.putIfUnchanged("a/b", "v1", new byte[1], "text/plain")).hasValue("v2");
    assertThat(store.putIfAbsent("a/b", new byte[1], "text/plain")).isEmpty();
    assertThat(store.putIfUnchanged("a/b", "v0", new byte[1], "text/plain")).isEmpty();
    assertThat(conditions).containsExactly("* null", "null \"v1\"", "* null", "null \"v0\"");
  }

  @Test
  void aWrongKeyIsNotAMissingRight() {
    refuse("SignatureDoesNotMatch");
    assertThatThrownBy(() -> store.read("a/b"))
        .hasMessageContaining("S3_SECRET_ACCESS_KEY")
        .hasMessageNotContaining("lack the right");
  }

  @Test
  void anObjectThatIsLargerThanItMayBeIsRefusedAndNotReadToItsEnd() throws Exception {
    breakOff(0, 0);
    assertThat(store.read("a/b", WHOLE.length)).isEqualTo(WHOLE);
    assertThatThrownBy(() -> store.read("a/b", WHOLE.length - 1))
        .isInstanceOf(ObjectStoreException.Refused.class)
        .hasMessageContaining("s3://assets/a/b has more than");
  }

  @Test
  void aTransferThatBreaksOffIsBegunAgain() throws IOException {
    breakOff(1000, 1);
    store.download("a/b", folder.resolve("b"));
    assertThat(folder.resolve("b")).hasBinaryContent(WHOLE);
  }

  @Test
  void aTransferThatAlwaysBreaksOffIsReportedAndLeavesNothing() throws IOException {
    breakOff(1000, Integer.MAX_VALUE);
    assertThatThrownBy(() -> store.download("a/b", folder.resolve("b")))
        .isInstanceOf(ObjectStoreException.Unavailable.class)
        .hasMessageContaining("s3://assets/a/b");
    assertThat(folder).isEmptyDirectory();
  }
}
