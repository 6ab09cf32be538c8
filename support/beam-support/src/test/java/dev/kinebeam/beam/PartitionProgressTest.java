package dev.kinebeam.beam;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.OptionalLong;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

class PartitionProgressTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private final PartitionProgress progress =
      new PartitionProgress(3, new ServerTimePolicy(Duration.standardSeconds(2), null));

  @Test
  void aPartitionWithoutAPlaceHoldsTheWatermark() {
    progress.endsAt(0, NOW);

    assertThat(progress.isPlaced()).isFalse();
    assertThat(progress.watermark()).isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);
  }

  @Test
  void anEmptyPartitionFollowsTheClock() {
    progress.placeAt(OptionalLong.of(0));
    progress.endsAt(0, NOW);

    assertThat(progress.watermark().getMillis()).isEqualTo(NOW.minusSeconds(2).toEpochMilli());
  }

  /** Retention may remove all that was left to read, or a transaction's mark be the last entry. */
  @Test
  void whatCanNoLongerBeReadHoldsNothingBack() {
    progress.placeAt(OptionalLong.of(100));
    progress.endsAt(200, NOW);
    assertThat(progress.watermark()).isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);

    progress.passTo(200);

    assertThat(progress.watermark().getMillis()).isEqualTo(NOW.minusSeconds(2).toEpochMilli());
    assertThat(progress.place().nextOffset()).isEqualTo(200);
  }
}
