package dev.kinebeam.schemas.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.FieldError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  private static final FieldError REASON = new FieldError("", "not_json", "no JSON");
  private static final int LARGEST_RECORD = 1024 * 1024;

  @Test
  void keepsTheBytesAsTheyCame() throws IOException {
    byte[] sent = "\0no event\u00ff".getBytes(StandardCharsets.UTF_8);
    DeadLetter deadLetter = DeadLetter.decode(DeadLetter.of("gateway", REASON, sent).encode());
    assertThat(deadLetter.originalBytes()).isEqualTo(sent);
    assertThat(deadLetter.reason()).isEqualTo(REASON);
  }

  /** A job that cannot send its dead letter restarts, reads the same record and fails again. */
  @Test
  void fitsIntoARecordHoweverLargeTheGarbage() throws IOException {
    byte[] garbage = new byte[10 * LARGEST_RECORD];
    new Random(1).nextBytes(garbage);
    byte[] record = DeadLetter.of("telemetry", "media-events", 3, 42, REASON, garbage).encode();
    assertThat(record.length).isLessThan(LARGEST_RECORD);
    assertThat(DeadLetter.decode(record).originalBytes())
        .isEqualTo(Arrays.copyOf(garbage, DeadLetter.MAX_BYTES));
  }
}
