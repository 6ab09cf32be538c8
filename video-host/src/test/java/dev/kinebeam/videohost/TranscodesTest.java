package dev.kinebeam.videohost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.testkit.BucketServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class TranscodesTest {
  private static final UUID ID = UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e");
  private static final StoredVideo UPLOADED =
      StoredVideo.uploaded(ID, "library", "squats", Transcodes.uploadKey(ID));

  @TempDir Path folder;
  private BucketServer server;
  private ObjectStore bucket;
  private VideoRecords videos;
  private final AtomicInteger made = new AtomicInteger();

  @BeforeEach
  void open() throws IOException {
    server = new BucketServer();
    bucket = ObjectStore.open(ObjectStoreSettings.fromEnvironment(server.environment()));
    videos = new VideoRecords(bucket);
    server.objects.put(Transcodes.uploadKey(ID), new byte[10]);
  }

  @AfterEach
  void close() {
    bucket.close();
    server.close();
  }

  private Transcodes transcodes(Transcodes.Maker maker) {
    return new Transcodes(
        videos,
        bucket,
        folder,
        (file, percent) -> {
          made.incrementAndGet();
          return maker.make(file, percent);
        },
        Duration.ofMillis(1));
  }

  private StoredVideo ended(Transcodes.Maker maker) throws Exception {
    assertThat(videos.create(UPLOADED)).isPresent();
    try (Transcodes transcodes = transcodes(maker)) {
      transcodes.resume();
      while (videos.read(ID).filter(TranscodesTest::isOver).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(2);
      }
      // Behind all that was begun before.
      UUID last = UUID.randomUUID();
      server.objects.put("pending/" + last, new byte[0]);
      transcodes.enqueue(last);
      waitUntilNotPending(last);
      return videos.read(ID).orElseThrow().video();
    }
  }

  private static boolean isOver(VideoRecords.Entry entry) {
    return entry.video().status() != StoredVideo.Status.PROCESSING;
  }

  private void waitUntilNotPending(UUID id) throws InterruptedException {
    while (server.objects.containsKey("pending/" + id)) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  private StoredVideo ended() throws Exception {
    waitUntilNotPending(ID);
    return videos.read(ID).orElseThrow().video();
  }

  @Test
  void aFileBecomesReady() throws Exception {
    StoredVideo video = ended((file, percent) -> Samples.composition('a'));
    assertThat(video.status()).isEqualTo(StoredVideo.Status.READY);
    assertThat(video.composition()).isEqualTo(Samples.composition('a'));
    assertThat(made).hasValue(1);
  }

  @Test
  void whateverIsThrownTheAttemptsAreBoundedAndTheReasonIsKept() throws Exception {
    for (Throwable thrown :
        new Throwable[] {
          new StackOverflowError("too deep"),
          new IllegalStateException("too strange"),
          new IOException("too slow")
        }) {
      made.set(0);
      StoredVideo video =
          ended(
              (file, percent) -> {
                throw sneaked(thrown);
              });
      assertThat(video.status()).isEqualTo(StoredVideo.Status.FAILED);
      assertThat(video.failure()).contains("5 times", thrown.getMessage());
      assertThat(made).hasValue(StoredVideo.MOST_ATTEMPTS);
      videos.delete(ID);
    }
  }

  @SuppressWarnings("unchecked")
  private static <X extends Throwable> RuntimeException sneaked(Throwable thrown) throws X {
    throw (X) thrown;
  }

  @Test
  void whatPassesIsTriedAgain() throws Exception {
    StoredVideo video =
        ended(
            (file, percent) -> {
              if (made.get() < 3) {
                throw new IOException("not now");
              }
              return Samples.composition('a');
            });
    assertThat(video.status()).isEqualTo(StoredVideo.Status.READY);
    assertThat(video.failure()).isNull();
  }

  @Test
  void aFileThatCannotBeUsedFailsAtOnce() throws Exception {
    StoredVideo video =
        ended(
            (file, percent) -> {
              throw new MediaException("it is not a video");
            });
    assertThat(video.status()).isEqualTo(StoredVideo.Status.FAILED);
    assertThat(video.failure()).isEqualTo("it is not a video");
    assertThat(made).hasValue(1);
  }

  /** Each attempt ended with the process, which could note nothing. */
  @Test
  void aFileThatEndsTheProcessIsNotBegunWithForEver() throws Exception {
    StoredVideo begun = UPLOADED;
    for (int i = 0; i < StoredVideo.MOST_ATTEMPTS; i++) {
      begun = begun.begun(UUID.randomUUID()).orElseThrow();
    }
    assertThat(videos.create(begun)).isPresent();
    try (Transcodes transcodes = transcodes((file, percent) -> Samples.composition('a'))) {
      transcodes.resume();
      assertThat(ended().failure()).contains("5 times", "the host ended");
    }
    assertThat(made).hasValue(0);
  }

  @Test
  void anAttemptAtADeletedVideoIsNotKeptInTheOneThatWasPublishedAgain() throws Exception {
    StoredVideo republished =
        UPLOADED.begun(UUID.randomUUID()).orElseThrow().ready(Samples.composition('b'));
    StoredVideo video =
        ended(
            (file, percent) -> {
              VideoRecords others = new VideoRecords(bucket);
              others.delete(ID);
              assertThat(others.create(republished)).isPresent();
              return Samples.composition('a');
            });
    assertThat(video).isEqualTo(republished);
  }

  /** The other host's record differs by its attempt alone. */
  @Test
  void twoHostsThatBeginTheSameFileKeepTheLatestAttempt() throws Exception {
    assertThat(videos.create(UPLOADED)).isPresent();
    VideoRecords.Entry first =
        videos
            .replace(videos.read(ID).orElseThrow(), UPLOADED.begun(UUID.randomUUID()).orElseThrow())
            .orElseThrow();
    videos.delete(ID);
    assertThat(videos.create(UPLOADED.begun(UUID.randomUUID()).orElseThrow())).isPresent();
    Composition old = Samples.composition('a');
    assertThat(videos.replace(first, first.video().ready(old))).isEmpty();
  }

  @Test
  void aMarkerWithoutWorkIsRemoved() throws Exception {
    server.objects.put("pending/" + ID, new byte[0]);
    server.objects.put(
        "videos/" + ID + ".json", Json.bytes(UPLOADED.ready(Samples.composition('a'))));
    try (Transcodes transcodes = transcodes((file, percent) -> Samples.composition('b'))) {
      transcodes.resume();
      assertThat(ended().composition()).isEqualTo(Samples.composition('a'));
    }
  }
}
