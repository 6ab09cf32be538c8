package dev.kinebeam.program.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PositiveTest {
  @Test
  void whatIsNotPositiveIsRefusedByFlagAndValue() {
    assertThat(Positive.require("--every", Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(1));
    assertThat(Positive.require("--limit", 1)).isEqualTo(1);
    assertThatThrownBy(() -> Positive.require("--every", Duration.ZERO))
        .hasMessage("--every is PT0S; it must be positive");
    assertThatThrownBy(() -> Positive.require("--every", Duration.ofSeconds(-1)))
        .hasMessageContaining("PT-1S");
    assertThatThrownBy(() -> Positive.require("--limit", 0))
        .hasMessage("--limit is 0; it must be 1 or more");
  }
}
