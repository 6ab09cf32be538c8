package dev.kinebeam.program.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void writesHelpTypeAndSamples() {
    metrics.gauge(
        "kinebeam_age_seconds", "Age of \"it\"\nin all.", Map.of("of", "a\"b\\c"), () -> 1.5);
    metrics.counter("kinebeam_things_total", "Things.", Map.of(), () -> 3);

    assertThat(metrics.text())
        .isEqualTo(
            """
            # HELP kinebeam_age_seconds Age of "it"\\nin all.
            # TYPE kinebeam_age_seconds gauge
            kinebeam_age_seconds{of="a\\"b\\\\c"} 1.5
            # HELP kinebeam_things_total Things.
            # TYPE kinebeam_things_total counter
            kinebeam_things_total 3
            """);
  }

  @Test
  void leavesOutWhatIsNotKnownAndWhatIsClosed() {
    metrics.gauge("kinebeam_unknown_seconds", "Not known.", Map.of(), () -> Double.NaN);
    Metrics.Registration gone = metrics.gauge("kinebeam_gone", "Gone.", Map.of(), () -> 1);
    gone.close();
    gone.close();

    assertThat(metrics.text()).isEmpty();
  }

  @Test
  void sourcesShareAMetricAndNoSeriesIsThereTwice() {
    Metrics.Registration first = metrics.gauge("kinebeam_lag", "Lag.", Map.of("p", "0"), () -> 1);
    metrics.add(
        Metrics.Type.GAUGE,
        "kinebeam_lag",
        "Lag.",
        () ->
            List.of(
                new Metrics.Sample(Map.of("p", "0"), 2), new Metrics.Sample(Map.of("p", "1"), 3)));

    assertThat(metrics.text())
        .contains("kinebeam_lag{p=\"0\"} 2\n", "kinebeam_lag{p=\"1\"} 3\n")
        .containsOnlyOnce("# TYPE")
        .doesNotContain("} 1\n");
    first.close();
    assertThat(metrics.text()).contains("kinebeam_lag{p=\"0\"} 2\n");
  }

  @Test
  void refusesNamesAgainstTheConventions() {
    assertThatThrownBy(() -> metrics.gauge("kinebeam.lag", "Lag.", Map.of(), () -> 1))
        .hasMessageContaining("kinebeam.lag");
    assertThatThrownBy(() -> metrics.gauge("kinebeam_lag", " ", Map.of(), () -> 1))
        .hasMessageContaining("help text");
    assertThatThrownBy(() -> metrics.counter("kinebeam_lag", "Lag.", Map.of(), () -> 1))
        .hasMessageContaining("_total");
    assertThatThrownBy(() -> metrics.gauge("kinebeam_lag_total", "Lag.", Map.of(), () -> 1))
        .hasMessageContaining("_total");
  }
}
