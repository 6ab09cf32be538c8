package dev.kinebeam.coreapi.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.SessionRecords;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingsTest {
  @TempDir Path folder;

  @Test
  void oneRecordingIsReadAtATimeAndOtherRequestsGetBusy() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Recordings recordings =
        new Recordings(
            new SessionRecords(ArchiveStore.folder(folder), 1),
            new SlowStore(reading, go),
            Clock.systemUTC());
    CompletableFuture<Recordings.Answer> first =
        CompletableFuture.supplyAsync(() -> recordings.of(session()));
    assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(code(recordings.of(session()))).isEqualTo("busy");
    go.countDown();
    assertThat(code(first.get(20, TimeUnit.SECONDS))).isEqualTo("not_archived_yet");
    assertThat(code(recordings.of(session()))).isEqualTo("not_archived_yet");
  }

  private static String code(Recordings.Answer answer) {
    return ((Recordings.Missing) answer).code();
  }

  private static RecordedSession session() {
    Instant now = Instant.now();
    UUID id = UUID.randomUUID();
    return new RecordedSession(id, id, id, new RecordedSession.Times(now, now, now), false, 1, 0);
  }

  /** Has nothing, and takes its time to say so. */
  private record SlowStore(CountDownLatch reading, CountDownLatch go) implements Recordings.Store {
    @Override
    public Optional<byte[]> read(String key) {
      reading.countDown();
      try {
        assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return Optional.empty();
    }

    @Override
    public void put(String key, byte[] content) {
      throw new AssertionError("nothing was to be kept as " + key);
    }

    @Override
    public URI link(String key, Duration validFor) {
      throw new AssertionError("nothing was to be linked as " + key);
    }
  }
}
