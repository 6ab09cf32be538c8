package dev.kinebeam.coreapi.automations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.web.http.ResponseStream;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may follow, while the database is unavailable. */
class ChangeStreamsTest {
  private static final UUID CLINIC = UUID.randomUUID();
  private static final UUID OTHER_CLINIC = UUID.randomUUID();
  private static final int MAX_OF_ONE_CLINIC = 32;

  private final Database nowhere =
      Database.open(
          new DatabaseSettings("jdbc:postgresql://127.0.0.1:1/none", "nobody", "secret"),
          1,
          Duration.ofMillis(300));
  private final ChangeStreams streams = new ChangeStreams(nowhere);
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
    nowhere.close();
  }

  private void fill() {
    for (int i = 0; i < MAX_OF_ONE_CLINIC; i++) {
      assertThat(streams.hasRoom(CLINIC)).as("tab %d", i).isTrue();
      streams.follow(CLINIC, 0, new Tab());
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
