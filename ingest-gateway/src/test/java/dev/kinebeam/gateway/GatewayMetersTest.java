package dev.kinebeam.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GatewayMetersTest {
  @Test
  void everyMeterHasAHelpText() {
    try (GatewayMeters meters = new GatewayMeters()) {
      meters.answered("POST", "/v1/media/events", 202, 1_000);
      meters.timed((org, patient, purpose) -> true);
      meters.registry().counter("kinebeam.gateway.events", "verdict", "accepted").increment();

      assertThat(meters.scrape())
          .contains("# HELP kinebeam_gateway_events_total Events by verdict and reason.")
          .contains("kinebeam_consent_lookup_seconds_bucket{outcome=\"answered\",le=\"0.5\"} 0")
          .doesNotContainPattern("(?m)^# HELP \\S+\\s*$");
    }
  }

  /** Anybody may send a method of his own making; each would be kept for ever. */
  @Test
  void inventedMethodsShareOneSeries() {
    try (GatewayMeters metrics = new GatewayMeters()) {
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
