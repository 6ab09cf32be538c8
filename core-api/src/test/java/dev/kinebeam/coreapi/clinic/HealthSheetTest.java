package dev.kinebeam.coreapi.clinic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.kinebeam.coreapi.clinic.HealthSheet.Counted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthSheetTest {
  private static final Optional<Dimension> BY_DEVICE = Optional.of(Dimension.DEVICE);

  private static HealthTally tally(long sessions, long stalls, long stallMs, long version) {
    Map<Part, Long> known =
        Map.of(
            Part.SESSIONS, sessions,
            Part.STALLS, stalls,
            Part.STALL_MS, stallMs,
            Part.METRICS_VERSION, version);
    Long[] parts =
        Arrays.stream(Part.values()).map(part -> known.getOrDefault(part, 0L)).toArray(Long[]::new);
    return new HealthTally(PartSums.of(parts), Latencies.NONE, Latencies.NONE);
  }

  private static final List<HealthRow> ROWS =
      List.of(
          HealthRow.ofVideo(Period.PRESENT, BY_DEVICE, "phone", "a", tally(3, 1, 900, 1)),
          HealthRow.ofVideo(Period.PRESENT, BY_DEVICE, "phone", "b", tally(2, 1, 950, 3)),
          HealthRow.ofVideo(Period.PRESENT, BY_DEVICE, null, "b", tally(5, 0, 0, 2)),
          HealthRow.ofVideo(Period.PRESENT, BY_DEVICE, null, null, tally(4, 9, 9, 2)),
          HealthRow.ofVideo(Period.PRESENT, BY_DEVICE, "desk", "c", tally(9, 0, 0, 1)),
          HealthRow.ofVideo(Period.BEFORE, BY_DEVICE, "phone", "a", tally(7, 8, 8, 4)));

  @Test
  void everyRowCountsForAllItsSubjects() {
    HealthSheet sheet = HealthSheet.of(ROWS);
    assertThat(sheet.all(Period.PRESENT).of(Part.SESSIONS)).isEqualTo(23);
    assertThat(sheet.all(Period.PRESENT).of(Part.METRICS_VERSION)).isEqualTo(3);
    assertThat(sheet.all(Period.BEFORE).of(Part.SESSIONS)).isEqualTo(7);
    assertThat(sheet.largestValues(9))
        .extracting(Counted::name, value -> value.tally().of(Part.SESSIONS))
        .containsExactly(tuple("desk", 9L), tuple(null, 9L), tuple("phone", 5L));
    assertThat(sheet.largestValues(1)).extracting(Counted::name).containsExactly("desk");
  }

  @Test
  void theWorstVideosStalledMostOftenThenLongest() {
    assertThat(HealthSheet.of(ROWS).worstVideos(10))
        .extracting(Counted::name)
        .containsExactly("b", "a");
  }

  @Test
  void theOrderOfTheRowsDoesNotMatter() {
    List<HealthRow> turned = new ArrayList<>(ROWS);
    Collections.reverse(turned);
    HealthSheet sheet = HealthSheet.of(ROWS);
    HealthSheet other = HealthSheet.of(turned);
    assertThat(other.all(Period.PRESENT).figures(List.of()))
        .isEqualTo(sheet.all(Period.PRESENT).figures(List.of()));
    assertThat(other.largestValues(9))
        .extracting(Counted::name)
        .containsExactly("desk", null, "phone");
  }

  @Test
  void withoutADimensionThereAreNoValues() {
    HealthRow row =
        HealthRow.ofVideo(Period.PRESENT, Optional.empty(), null, "a", tally(1, 0, 0, 1));
    assertThat(HealthSheet.of(List.of(row)).largestValues(9)).isEmpty();
    assertThat(HealthSheet.of(List.of()).all(Period.PRESENT).of(Part.SESSIONS)).isZero();
  }
}
