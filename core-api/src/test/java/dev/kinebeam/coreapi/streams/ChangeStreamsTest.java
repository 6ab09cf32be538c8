package dev.kinebeam.coreapi.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.web.http.ResponseStream;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may follow, and who is served, while changes cannot be read. */
class ChangeStreamsTest {
  private static final UUID CLINIC = UUID.randomUUID();
  private static final UUID OTHER_CLINIC = UUID.randomUUID();
  private static final int MAX_OF_ONE_CLINIC = 32;

  private final ChangeStreams<UUID> streams =
      new ChangeStreams<>(
          "test-streams",
          new ChangeStreams.Source<>() {
            @Override
            public long newest() {
              throw new IllegalStateException("the database is unavailable");
            }

            @Override
            public List<ChangeStreams.Change> after(UUID subject, long last, int most) {
              throw new IllegalStateException("the database is unavailable");
            }
          });
  private final AtomicBoolean present = new AtomicBoolean(true);

  private final class Tab implements ResponseStream {
    @Override
    public boolean offer(byte[] bytes) {
      return present.get();
    }

    @Override
    public void end() {}
  }

  @AfterEach
  void close() {
    present.set(false);
  }

  private void fill() {
    for (int i = 0; i < MAX_OF_ONE_CLINIC; i++) {
      assertThat(streams.hasRoom(CLINIC)).as("tab %d", i).isTrue();
      streams.follow(CLINIC, CLINIC, 0, new Tab());
    }
  }

  @Test
  void aClinicThatHasClosedItsTabsMayOpenOthersAtOnce() {
    fill();
    present.set(false);
    assertThat(streams.hasRoom(CLINIC)).isTrue();
  }

  @Test
  void tabsThatAreOpenKeepTheirPlaces() {
    fill();
    assertThat(streams.hasRoom(CLINIC)).isFalse();
    assertThat(streams.hasRoom(OTHER_CLINIC)).isTrue();
  }

  /** Of all streams the broken clinic's alone ends, and those behind it are served meanwhile. */
  @Test
  void aClinicWhoseChangesCannotBeReadHoldsUpNobody() throws Exception {
    CountDownLatch served = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicInteger failures = new AtomicInteger();
    ChangeStreams<UUID> some =
        new ChangeStreams<>(
            "broken-streams",
            new ChangeStreams.Source<>() {
              @Override
              public long newest() {
                return 1;
              }

              @Override
              public List<ChangeStreams.Change> after(UUID subject, long last, int most) {
                if (subject.equals(CLINIC)) {
                  failures.incrementAndGet();
                  throw new IllegalStateException("this clinic's changes cannot be read");
                }
                return List.of(new ChangeStreams.Change(1, "changed", "{}"));
              }
            });
    some.follow(CLINIC, CLINIC, 0, new Watched("nothing", ended));
    some.follow(OTHER_CLINIC, OTHER_CLINIC, 0, new Watched("event: changed", served));
    assertThat(served.await(20, SECONDS)).as("the other clinic is served").isTrue();
    assertThat(ended.await(20, SECONDS)).as("the broken stream ends").isTrue();
    assertThat(failures).hasValueGreaterThan(1);
  }

  /** Counts down when it is sent the text, or ends. */
  private final class Watched implements ResponseStream {
    private final String text;
    private final CountDownLatch seen;

    private Watched(String text, CountDownLatch seen) {
      this.text = text;
      this.seen = seen;
    }

    @Override
    public boolean offer(byte[] bytes) {
      if (new String(bytes, UTF_8).contains(text)) {
        seen.countDown();
      }
      return present.get();
    }

    @Override
    public void end() {
      seen.countDown();
    }
  }
}
