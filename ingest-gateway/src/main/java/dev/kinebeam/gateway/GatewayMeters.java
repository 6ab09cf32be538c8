package dev.kinebeam.gateway;

import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.web.server.ServerMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;

/** The gateway's own meters. */
final class GatewayMeters {
  /** What each counts; whoever counts need not say it again. */
  private static final Map<String, String> HELP =
      Map.of(
          "kinebeam.gateway.events",
          "Events by verdict and reason.",
          "kinebeam.gateway.corrections",
          "Fields of accepted events that were corrected, by code.",
          "kinebeam.gateway.bodies.refused",
          "Bodies of requests that were refused whole, by reason.",
          "kinebeam.gateway.log.unavailable",
          "Requests that Kafka did not take in time.",
          "kinebeam.consent.lookup",
          "Look-ups of a patient's consent in the database, by outcome.");

  private static final Duration[] CONSENT_BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(3)
  };

  private GatewayMeters() {}

  /** The registry that they are in. */
  static ServerMeters open() {
    return new ServerMeters("kinebeam.gateway", HELP);
  }

  /** The same source, with every look-up timed: the gate asks it only for what it does not know. */
  static ConsentGate.Source timed(ConsentGate.Source source, MeterRegistry registry) {
    Timer answered = consentLookups("answered", registry);
    Timer unavailable = consentLookups("unavailable", registry);
    return (orgId, patientId, purpose) -> {
      Timer.Sample sample = Timer.start(registry);
      Timer outcome = unavailable;
      try {
        boolean active = source.active(orgId, patientId, purpose);
        outcome = answered;
        return active;
      } finally {
        sample.stop(outcome);
      }
    };
  }

  private static Timer consentLookups(String outcome, MeterRegistry registry) {
    return Timer.builder("kinebeam.consent.lookup")
        .serviceLevelObjectives(CONSENT_BUCKETS)
        .tag("outcome", outcome)
        .register(registry);
  }
}
