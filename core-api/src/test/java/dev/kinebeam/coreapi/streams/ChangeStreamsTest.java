package dev.kinebeam.coreapi.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.web.http.ResponseStream;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may follow, while the database is unavailable. */
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
}
