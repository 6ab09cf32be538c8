package dev.kinebeam.program.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.program.process.LongLivedThread;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
  private static final Dependency KAFKA = Dependency.kafka("127.0.0.1:9092");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Metrics metrics = new Metrics();
  private final Dependencies dependencies = new Dependencies(metrics, Duration.ofMillis(50));
  private AdminServer server;

  @BeforeEach
  void start() throws IOException {
    server = AdminServer.start("test", "127.0.0.1", 0, dependencies, metrics, metrics::text);
  }

  @AfterEach
  void stop() {
    dependencies.close();
    server.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path);
  }

  private HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(2))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> await(String path, String content)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      HttpResponse<String> answer = get(path);
      if (answer.body().contains(content)) {
        return answer;
      }
      assertThat(System.nanoTime()).as(answer.body()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void servesThreePagesAndNothingElse() throws Exception {
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").body())
        .isEqualTo(
            "{\"ready\":true,\"unreachable\":[],\"dependencies\":[],\"ended_threads\":[]}\n");
    assertThat(get("/metrics").body()).contains("kinebeam_program_info{program=\"test\"} 1");
    assertThat(get("/metrics").headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/livez/x").statusCode()).isEqualTo(404);
    assertThat(send("POST", "/livez").statusCode()).isEqualTo(405);
    assertThat(send("HEAD", "/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void isNeitherReadyNorLiveWithoutAThreadThatHasFailed() throws Exception {
    LongLivedThread thread =
        LongLivedThread.start(
            "tail-results",
            () -> {
              throw new OutOfMemoryError("of the test");
            });
    try {
      assertThat(await("/livez", "\"ended_threads\":[\"tail-results\"]").statusCode())
          .isEqualTo(503);
      assertThat(get("/livez").body()).contains("\"live\":false");
      assertThat(get("/readyz").statusCode()).isEqualTo(503);
      assertThat(get("/readyz").body()).contains("\"ready\":false", "\"tail-results\"");
    } finally {
      thread.join(Duration.ofSeconds(10));
    }
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void isNotReadyBeforeTheFirstAnswerOfARequiredDependency() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    dependencies.watch(KAFKA, "reading", () -> asked::await);

    HttpResponse<String> ready = get("/readyz");

    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("\"unreachable\":[\"kafka\"]", "not probed yet");
    asked.countDown();
    await("/readyz", "\"ready\":true");
  }

  @Test
  void namesWhatDoesNotAnswerAndRecovers() throws Exception {
    AtomicBoolean failing = new AtomicBoolean(true);
    dependencies.watch(
        KAFKA,
        "reading",
        () ->
            () -> {
              if (failing.get()) {
                throw new IOException("connection \"refused\"");
              }
            });

    HttpResponse<String> ready = await("/readyz", "refused");

    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("\"reason\":\"connection \\\"refused\\\"\"");
    await("/metrics", "kinebeam_dependency_up{dependency=\"kafka\",address=\"127.0.0.1:9092\"} 0");
    failing.set(false);
    await("/metrics", "kinebeam_dependency_up{dependency=\"kafka\",address=\"127.0.0.1:9092\"} 1");
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void answersAtOnceWhileAProbeHangs() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    dependencies.watch(KAFKA, "reading", () -> never::await);

    assertThat(await("/readyz", "no answer within 2 s").statusCode()).isEqualTo(503);
    never.countDown();
    await("/readyz", "\"ready\":true");
  }

  @Test
  void isReadyWithoutAnOptionalDependency() throws Exception {
    dependencies.watch(
        Dependency.objectStore("s3://assets").optional(),
        "recordings",
        () ->
            () -> {
              throw new IOException("503");
            });

    HttpResponse<String> ready = await("/readyz", "503");

    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body()).contains("\"required\":false", "\"unreachable\":[]");
  }

  @Test
  void probesOnceForAllWhoWaitForTheSameAndEndsWithTheLast() throws Exception {
    AtomicInteger made = new AtomicInteger();
    Dependencies.Watch first = dependencies.watch(KAFKA, "rows", () -> counted(made));
    Dependencies.Watch second = dependencies.watch(KAFKA, "rows", () -> counted(made));

    assertThat(made).hasValue(1);
    first.close();
    first.close();
    await("/metrics", "kinebeam_dependency_up");
    second.close();
    assertThat(dependencies.states()).isEmpty();
    assertThat(get("/metrics").body()).doesNotContain("kinebeam_dependency_up");
  }

  private static Probe counted(AtomicInteger made) {
    made.incrementAndGet();
    return () -> {};
  }

  @Test
  void aTakenPortIsNamedWithTheFlag() {
    assertThatThrownBy(
            () ->
                AdminServer.start(
                    "test", "127.0.0.1", server.port(), dependencies, metrics, metrics::text))
        .hasMessageContaining("127.0.0.1:" + server.port())
        .hasMessageContaining("--admin-port");
  }

  @Test
  void addressesHaveNoCredentials() {
    assertThat(Dependency.postgresql("jdbc:postgresql://me:secret@db:5432/k?password=x").address())
        .isEqualTo("db:5432/k");
  }
}
