package dev.kinebeam.catalog.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.program.retry.RetryPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client against a host that answers 200 with anything. */
class MalformedAnswersScenarioTest {
  private static final String GUID = "d9f6c9c4-0000-4000-8000-000000000001";
  private static final String VIDEO =
      """
      {"guid":"%s","title":"t","status":4,"length":9,"width":1,"height":1,"encodeProgress":100}
      """
          .formatted(GUID);

  static {
    // Headers and body are two writes; the second waits for an acknowledgement otherwise.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile String answer = "{}";
  private HttpServer server;
  private BunnyStream host;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath());
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    Retrier twice = Retrier.of(RetryPolicy.every(Duration.ZERO).attempts(2));
    host =
        new BunnyStream(
            new BunnyStreamSettings(address, "7", "key", address, Optional.empty()),
            twice,
            Clock.systemUTC(),
            CollectionLock.ofThisProcess());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void isTransient(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(VideoHostException.Unavailable.class)
        .hasMessageContainingAll(parts);
    assertThat(asked).as("it is tried again").hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null | is = null; expected an object",
        "[] | is = []; expected an object",
        "<html>busy</html> | is not JSON: <html>busy",
        "`` | is missing; expected an object",
        "{\"guid\":null} | guid = null; expected a text",
        "{} | guid missing; expected a text",
        "{\"guid\":\"../1\"} | guid = \"../1\"; expected an id",
        "{\"guid\":\"other\",V | guid = \"other\"; expected d9f6",
        "{\"guid\":G,\"title\":7} | title = 7; expected a text",
        "{\"guid\":G,\"title\":\"t\",\"status\":\"finished\"} | status = \"finished\"; expected a"
            + " whole number",
        "{\"guid\":G,\"title\":\"t\",\"status\":4.5} | status = 4.5; expected a whole number",
        "{\"guid\":G,\"title\":\"t\",\"status\":4,\"length\":-1} | length = -1; expected a whole",
        "{\"guid\":G,\"transcodingMessages\":[null]} | transcodingMessages[0] = null",
      })
  void aStatusThatIsNotOneNamesTheFieldAndWhatWasFound(String body, String message) {
    answer =
        body.replace("{\"guid\":\"other\",V", VIDEO.replace(GUID, "other"))
            .replace(":G", ":\"" + GUID + "\"");
    isTransient(() -> host.status(GUID), "GET /library/7/videos/" + GUID, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"totalItems\":1,\"items\":null} | items = null; expected a list",
        "{\"totalItems\":1,\"items\":[null]} | items[0] = null; expected an object",
        "{\"totalItems\":1,\"items\":[{\"name\":\"c\",\"guid\":null}]} | items[0].guid = null",
        "{\"totalItems\":\"many\",\"items\":[{\"name\":\"x\"}]} | totalItems = \"many\"",
        "{\"totalItems\":99999999,\"items\":[{\"name\":\"x\"}]} | more than 100 pages",
      })
  void aListThatIsNotOneNamesTheItem(String body, String message) {
    answer = body;
    assertThatThrownBy(() -> host.titled("t", "c"))
        .isInstanceOf(VideoHostException.Unavailable.class)
        .hasMessageContaining(message);
  }

  @Test
  void anUploadThatIsNotConfirmedIsNotTakenForOne(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("video.mp4"), new byte[10]);
    BunnyApi api =
        new BunnyApi(
            new BunnyStreamSettings(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                "7",
                "key",
                URI.create("http://127.0.0.1"),
                Optional.empty()));
    answer = "{\"success\":false,\"message\":\"disk full\"}";
    assertThatThrownBy(() -> api.upload(GUID, file))
        .isInstanceOf(VideoHostException.Unavailable.class)
        .hasMessageContaining("success false: disk full");
    answer = "{\"success\":\"yes\"}";
    assertThatThrownBy(() -> api.upload(GUID, file))
        .isInstanceOf(VideoHostException.Unavailable.class)
        .hasMessageContaining("success = \"yes\"; expected true or false");
  }

  @Test
  void anAnswerWithoutEndIsNotAnAnswer() {
    answer = "[" + " ".repeat(9 << 20);
    isTransient(() -> host.status(GUID), "longer than 8388608 bytes");
  }

  @Test
  void anIdOfATableOfImportsCannotBecomeAnotherAddress() throws Exception {
    answer = VIDEO;
    assertThatThrownBy(() -> host.status("../collections/1 ?x"))
        .isInstanceOf(VideoHostException.Unavailable.class);
    assertThat(asked.get(0)).isEqualTo("GET /library/7/videos/%2E%2E%2Fcollections%2F1%20%3Fx");
  }

  @Test
  void aFailureSaysWhatTheHostSays() throws Exception {
    answer =
        VIDEO.replace(
            "\"status\":4",
            "\"status\":5,\"transcodingMessages\":[{\"level\":2,\"message\":\"no video stream\"}]");
    assertThat(host.status(GUID))
        .isEqualTo(new HostedStatus.Failed("no video stream", HostedStatus.Remedy.NONE));
  }
}
