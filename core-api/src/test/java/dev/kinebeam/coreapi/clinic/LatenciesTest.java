package dev.kinebeam.coreapi.clinic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.coreapi.clinic.VideoHealth.Percentiles;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  /** Steps: below 10, 10 to 19, 20 to 39, from 40 on. */
  private static final List<Long> BOUNDS = List.of(10L, 20L, 40L);

  @Test
  void percentilesAreTheMiddleOfTheStepOfTheirRank() {
    Latencies latencies =
        Latencies.sum(
            List.of(
                Histogram.ofSteps(new Integer[] {50, 20, 0, 0}),
                Latencies.NONE,
                Histogram.ofStep(3, 20),
                Histogram.ofStep(4, 4),
                Histogram.ofStep(4, 6)));
    assertThat(latencies.percentiles(100, BOUNDS)).isEqualTo(new Percentiles(100, 0.0, 29.5, 40.0));
  }

  @Test
  void theMiddleOfAStepLiesBetweenItsBounds() {
    assertThat(Histogram.ofStep(2, 1).percentiles(1, BOUNDS))
        .isEqualTo(new Percentiles(1, 14.5, 14.5, 14.5));
  }

  @Test
  void aHistogramThatHoldsTooFewIsRefused() {
    assertThatThrownBy(() -> Histogram.ofStep(2, 3).percentiles(10, BOUNDS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("holds 3 latencies");
  }

  @Test
  void exactPercentilesStandAlone() {
    Latencies exact = new Latencies.Exact(1, 2, 3);
    assertThat(Latencies.sum(List.of(Latencies.NONE, exact)).percentiles(9, List.of()))
        .isEqualTo(new Percentiles(9, 1.0, 2.0, 3.0));
    assertThatThrownBy(() -> Latencies.sum(Collections.nCopies(2, exact)))
        .isInstanceOf(IllegalStateException.class);
  }
}
