package dev.kinebeam.videohost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.objectstore.ObjectStoreSettings.Credentials;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a store that can be unavailable; {@code OwnHostIT} uses the real one. */
class VideoRecordsTest {
  private static final UUID ID = UUID.randomUUID();

  private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicLong now = new AtomicLong();
  private volatile boolean unavailable;
  private HttpServer server;
  private ObjectStore bucket;
  private VideoRecords here;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String key = exchange.getRequestURI().getPath();
          byte[] sent = exchange.getRequestBody().readAllBytes();
          byte[] content = new byte[0];
          int status = 200;
          if (unavailable) {
            status = 503;
          } else if (exchange.getRequestMethod().equals("PUT")) {
            objects.put(key, sent);
          } else if (exchange.getRequestMethod().equals("DELETE")) {
            objects.remove(key);
            status = 204;
          } else {
            content = objects.getOrDefault(key, content);
            status = content.length == 0 ? 404 : 200;
          }
          exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
          exchange.getResponseBody().write(content);
          exchange.close();
          reads.incrementAndGet();
        });
    server.start();
    bucket =
        ObjectStore.open(
            new ObjectStoreSettings(
                "videos",
                "eu-central-1",
                Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                Optional.of(new Credentials("id", "secret"))));
    here = new VideoRecords(bucket, now::get);
    objects.put(
        "/videos/videos/" + ID + ".json",
        Json.bytes(StoredVideo.composed(ID, "squats", "a title", Samples.composition('a'))));
  }

  @AfterEach
  void stop() {
    bucket.close();
    server.stop(0);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void aVideoThatIsPlayedIsPlayedOnWhileTheBucketIsUnavailable() throws Exception {
    assertThat(here.playable(ID)).isPresent();
    unavailable = true;
    int before = reads.get();
    for (int minute = 0; minute < 10; minute++) {
      pass(VideoRecords.KNOWN_FOR.plusSeconds(1));
      assertThat(here.playable(ID)).isPresent();
    }
    while (reads.get() == before) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> here.playable(UUID.randomUUID()))
        .isInstanceOf(ObjectStoreException.Unavailable.class);
  }

  @Test
  void aVideoThatAnotherHostDeletedIsPlayedForAMinuteAtMost() throws Exception {
    assertThat(here.playable(ID)).isPresent();
    new VideoRecords(bucket).delete(ID);
    assertThat(here.playable(ID)).as("it is known here for a minute").isPresent();
    pass(VideoRecords.KNOWN_FOR.plusSeconds(1));
    while (here.playable(ID).isPresent()) {
      Thread.onSpinWait();
    }
    assertThat(here.playable(ID)).isEmpty();
  }

  @Test
  void aVideoThatNobodyPlaysIsReadBeforeItIsPlayed() throws Exception {
    assertThat(here.playable(ID)).isPresent();
    new VideoRecords(bucket).delete(ID);
    pass(Duration.ofMinutes(6));
    assertThat(here.playable(ID)).isEmpty();
  }
}
