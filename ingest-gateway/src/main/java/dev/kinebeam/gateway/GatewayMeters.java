package dev.kinebeam.gateway;

import dev.kinebeam.catalog.db.ConsentGate;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The gateway's own counts, and the JVM's. */
final class GatewayMeters implements AutoCloseable {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** What each of our meters counts; whoever counts need not say it again. */
  private static final Map<String, String> HELP =
      Map.of(
          "kinebeam.gateway.requests",
          "Requests by method, route and status, and how long they took.",
          "kinebeam.gateway.events",
          "Events by verdict and reason.",
          "kinebeam.gateway.corrections",
          "Fields of accepted events that were corrected, by code.",
          "kinebeam.gateway.bodies.refused",
          "Bodies of requests that were refused whole, by reason.",
          "kinebeam.gateway.log.unavailable",
          "Requests that Kafka did not take in time.",
          "kinebeam.dead.letters",
          "Dead letters in media-events-rejected by source and reason; each gateway counts them"
              + " all.",
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

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();

  GatewayMeters() {
    registry.config().meterFilter(new Explaining());
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    gc.bindTo(registry);
  }

  /** Gives meters their help text. */
  private static final class Explaining implements MeterFilter {
    @Override
    public Meter.Id map(Meter.Id id) {
      String help = HELP.get(id.getName());
      return help == null
          ? id
          : new Meter.Id(
              id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), help, id.getType());
    }
  }

  /** The same source, with every look-up timed: the gate asks it only for what it does not know. */
  ConsentGate.Source timed(ConsentGate.Source source) {
    Timer answered = consentLookups("answered");
    Timer unavailable = consentLookups("unavailable");
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

  private Timer consentLookups(String outcome) {
    return Timer.builder("kinebeam.consent.lookup")
        .serviceLevelObjectives(CONSENT_BUCKETS)
        .tag("outcome", outcome)
        .register(registry);
  }

  MeterRegistry registry() {
    return registry;
  }

  /** Routes and statuses are few; paths and methods as callers send them would be without end. */
  void answered(String method, String route, int status, long nanos) {
    Timer.builder("kinebeam.gateway.requests")
        .publishPercentileHistogram()
        .tag("method", METHODS.contains(method) ? method : "other")
        .tag("route", route)
        .tag("status", Integer.toString(status))
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Everything in Prometheus' text format. */
  String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
