package dev.kinebeam.composer.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class EncodingLimitTest {
  private final EncodingLimit limit = new EncodingLimit(2, Duration.ofMillis(20));

  @Test
  void aRushOnOneTrackLeavesRoomForAnother() throws IOException {
    Semaphore rushed = limit.turnsOfOne();
    String other =
        limit.inTurn(
            rushed,
            () ->
                limit.encoding(
                    () -> {
                      assertThatThrownBy(() -> limit.inTurn(rushed, () -> "of the same"))
                          .isInstanceOf(EncodingLimit.BusyException.class);
                      return limit.inTurn(
                          limit.turnsOfOne(), () -> limit.encoding(() -> "of another"));
                    }));
    assertThat(other).isEqualTo("of another");
    assertThat(limit.encoded()).isEqualTo(2);
  }

  @Test
  void whatFailsGivesItsTurnBack() throws IOException {
    Semaphore turns = limit.turnsOfOne();
    assertThatThrownBy(
            () ->
                limit.inTurn(
                    turns,
                    () -> {
                      throw new IOException("a full disk");
                    }))
        .hasMessage("a full disk");
    assertThat(limit.inTurn(turns, () -> "the next")).isEqualTo("the next");
  }
}
