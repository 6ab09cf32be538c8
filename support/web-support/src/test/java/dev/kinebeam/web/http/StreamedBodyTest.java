package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Files that are read as their callers take them, whole, by range and by condition. */
class StreamedBodyTest {
  private static TinyApi api;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    api = TinyApi.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void theWholeFileComesAndIsClosed() throws Exception {
    HttpResponse<byte[]> answer = get("GET");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("ETag")).hasValue("\"v1\"");
    assertThat(answer.headers().firstValue("Accept-Ranges")).hasValue("bytes");
    assertBytes(answer.body(), 0, TinyApi.FILE_BYTES);
    assertClosed();
  }

  @Test
  void aRangeIsThatRange() throws Exception {
    HttpResponse<byte[]> answer = get("GET", "Range", "bytes=65000-140000");
    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.headers().firstValue("Content-Range"))
        .hasValue("bytes 65000-140000/" + TinyApi.FILE_BYTES);
    assertBytes(answer.body(), 65_000, 75_001);
    assertThat(get("GET", "Range", "bytes=2000000-").statusCode()).isEqualTo(416);
    assertClosed();
  }

  @Test
  void whoHasItIsToldSo() throws Exception {
    HttpResponse<byte[]> answer = get("GET", "If-None-Match", "\"v1\"");
    assertThat(answer.statusCode()).isEqualTo(304);
    assertThat(answer.headers().firstValue("ETag")).hasValue("\"v1\"");
    assertThat(get("GET", "If-Match", "\"v2\"").statusCode()).isEqualTo(412);
    assertClosed();
  }

  @Test
  void headHasTheLengthAndNoBody() throws Exception {
    HttpResponse<byte[]> answer = get("HEAD");
    assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(TinyApi.FILE_BYTES);
    assertThat(answer.body()).isEmpty();
    assertClosed();
  }

  @Test
  void aLargeFileHasTheTimeThatASlowLineTakes() {
    assertThat(AsyncStreamedResponse.longestMs(new ByteRange(0, 9))).isEqualTo(120_000);
    assertThat(AsyncStreamedResponse.longestMs(new ByteRange(0, (350L << 20) - 1)))
        .isEqualTo(120_000 + 350 * 16 * 1000);
  }

  @Test
  void deleteIsAMethodOfRoutes() throws Exception {
    assertThat(get("DELETE").statusCode()).isEqualTo(204);
  }

  /** The last byte may be here before its sender has closed the file. */
  private static void assertClosed() throws InterruptedException {
    for (int poll = 0; poll < 500 && api.open.get() > 0; poll++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(api.open).hasValue(0);
  }

  private static void assertBytes(byte[] body, int from, int count) {
    byte[] expected = new byte[count];
    for (int i = 0; i < count; i++) {
      expected[i] = TinyApi.fileByte(from + i);
    }
    assertThat(body).isEqualTo(expected);
  }

  private HttpResponse<byte[]> get(String method, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + "/v1/file"))
            .method(method, BodyPublishers.noBody())
            .header("Authorization", "Bearer " + TinyApi.token("usual"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }
}
