package dev.kinebeam.coreapi.workouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DayCursorTest {
  @Test
  void aCursorIsReadAsItWasWritten() {
    DayCursor cursor = new DayCursor(LocalDate.of(2026, 12, 1), UUID.randomUUID());
    assertThat(DayCursor.decode(cursor.encode())).isEqualTo(cursor);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "%", "MjAyNi0xMi0wMQ", "MjAyNi0xMy0wMXg"})
  void anythingElseIsRefused(String word) {
    assertThatIllegalArgumentException().isThrownBy(() -> DayCursor.decode(word));
  }
}
