package dev.kinebeam.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsTest {
  /** Anybody may send a method of his own making; each would be kept for ever. */
  @Test
  void inventedMethodsShareOneSeries() {
    try (Metrics metrics = new Metrics()) {
      for (int i = 0; i < 50; i++) {
        metrics.answered("MADEUP" + i, "pages", 404, 1_000);
      }
      metrics.answered("POST", "/v1/media/events", 202, 1_000);

      assertThat(metrics.scrape())
          .doesNotContain("MADEUP")
          .contains("method=\"other\"", "method=\"POST\"");
    }
  }
}
