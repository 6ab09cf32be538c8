package dev.kinebeam.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.web.server.ServerMeters;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GatewayMetersTest {
  @Test
  void everyMeterHasAHelpText() {
    try (ServerMeters meters = GatewayMeters.open()) {
      meters.answered("POST", "/v1/media/events", 202, 1_000);
      GatewayMeters.timed((org, patient, purpose) -> true, meters.registry());
      meters.registry().counter("kinebeam.gateway.events", "verdict", "accepted").increment();

      assertThat(meters.scrape())
          .contains("# HELP kinebeam_gateway_events_total Events by verdict and reason.")
          .contains("kinebeam_consent_lookup_seconds_bucket{outcome=\"answered\",le=\"0.5\"} 0")
          .doesNotContainPattern("(?m)^# HELP \\S+\\s*$");
    }
  }

  /** A scrape of ours and of the admin port's together is one text, which may say nothing twice. */
  @Test
  void everyFamilyIsExplainedOnce() {
    try (ServerMeters meters = GatewayMeters.open()) {
      Metrics metrics = new Metrics();
      metrics.gauge("kinebeam_up", "Whether it answers.", Map.of(), () -> 1);
      meters.answered("GET", "pages", 200, 1_000);
      GatewayMeters.timed((org, patient, purpose) -> true, meters.registry());
      meters.registry().counter("kinebeam.gateway.corrections", "code", "cut").increment();
      meters.registry().counter("kinebeam.gateway.bodies.refused", "reason", "x").increment();
      meters.registry().counter("kinebeam.gateway.log.unavailable").increment();
      requireExplained(meters.scrape() + metrics.text());
    }
  }

  private static void requireExplained(String text) {
    List<String> families = firstGroups("(?m)^# TYPE (\\S+) \\S+$", text);
    assertThat(families).doesNotHaveDuplicates().hasSizeGreaterThan(15);
    assertThat(firstGroups("(?m)^# HELP (\\S+) \\S.*$", text))
        .containsExactlyInAnyOrderElementsOf(families);
    for (String sample : firstGroups("(?m)^([a-z][a-zA-Z0-9_]*)", text)) {
      String family = sample.replaceAll("_(bucket|sum|count)$", "");
      assertThat(families.contains(sample) || families.contains(family)).as(sample).isTrue();
    }
  }

  private static List<String> firstGroups(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(it -> it.group(1)).toList();
  }

  /** Anybody may send a method of his own making; each would be kept for ever. */
  @Test
  void inventedMethodsShareOneSeries() {
    try (ServerMeters metrics = GatewayMeters.open()) {
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
