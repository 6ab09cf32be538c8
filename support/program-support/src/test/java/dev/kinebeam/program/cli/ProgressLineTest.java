package dev.kinebeam.program.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final List<String> lines = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-20T10:00:00Z");
  private final ProgressLine progress = new ProgressLine(lines::add, () -> now);

  @Test
  void aShortRunReportsNothingAndALongOneEveryTwoSeconds() {
    progress.update(() -> "at once");
    pass(1_999);
    progress.update(() -> "too early");
    assertThat(lines).isEmpty();
    pass(1);
    progress.update(() -> "first");
    progress.update(() -> "in the same moment");
    pass(5_000);
    progress.update(() -> "second");
    assertThat(lines).containsExactly("first", "second");
  }

  private void pass(long millis) {
    now = now.plusMillis(millis);
  }
}
