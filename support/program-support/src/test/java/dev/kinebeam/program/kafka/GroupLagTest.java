package dev.kinebeam.program.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.program.observability.Metrics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GroupLagTest {
  private static final GroupLag LAG =
      new GroupLag(
          "media-events",
          "telemetry",
          List.of(
              new GroupLag.Partition(0, 0, 100, 70),
              // Retention has removed what was not read.
              new GroupLag.Partition(1, 50, 100, 20),
              new GroupLag.Partition(2, 0, 8, -1),
              new GroupLag.Partition(3, 0, 0, -1),
              // A topic that was made again: the group stands beyond its end.
              new GroupLag.Partition(4, 0, 5, 9)));

  @Test
  void lagCountsWhatIsKeptAndNotCommitted() {
    assertThat(LAG.lagSamples().stream().map(Metrics.Sample::value))
        .containsExactly(30.0, 50.0, 8.0, 0.0, 0.0);
  }

  @Test
  void aPartitionIsUnreadWhenItHoldsRecordsAndWasNeverCommitted() {
    assertThat(LAG.unreadSamples())
        .containsExactly(
            new Metrics.Sample(Map.of("group", "telemetry", "topic", "media-events"), 1));
    assertThat(LAG.partitionSamples().get(0).value()).isEqualTo(5);
  }

  @Test
  void nothingIsExportedOfWhatIsNotKnown() {
    GroupLag unknown = GroupLag.unknown("media-events", "telemetry");

    assertThat(unknown.lagSamples()).isEmpty();
    assertThat(unknown.unreadSamples()).isEmpty();
    assertThat(unknown.partitionSamples()).isEmpty();
  }
}
