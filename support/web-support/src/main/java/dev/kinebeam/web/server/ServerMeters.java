package dev.kinebeam.web.server;

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
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A serving program's own counts, those of its requests, and the JVM's. */
public final class ServerMeters implements AutoCloseable {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final String requests;

  /**
   * Opens a registry.
   *
   * @param prefix of the program's meters, such as {@code kinebeam.gateway}
   * @param help what each of the program's meters counts, by its name
   */
  public ServerMeters(String prefix, Map<String, String> help) {
    requests = prefix + ".requests";
    Map<String, String> all = new HashMap<>(help);
    all.put(requests, "Requests by method, route and status, and how long they took.");
    registry.config().meterFilter(new Explaining(Map.copyOf(all)));
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    gc.bindTo(registry);
  }

  /** Gives meters their help text. */
  private record Explaining(Map<String, String> help) implements MeterFilter {
    @Override
    public Meter.Id map(Meter.Id id) {
      String text = help.get(id.getName());
      return text == null
          ? id
          : new Meter.Id(
              id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), text, id.getType());
    }
  }

  /** Where the program registers its own meters. */
  public MeterRegistry registry() {
    return registry;
  }

  /**
   * Counts one more.
   *
   * @param name of one of the program's meters
   * @param tags each with its value behind it; of few values
   */
  public void count(String name, String... tags) {
    registry.counter(name, tags).increment();
  }

  /** Routes and statuses are few; paths and methods as callers send them would be without end. */
  public void answered(String method, String route, int status, long nanos) {
    Timer.builder(requests)
        .publishPercentileHistogram()
        .tag("method", METHODS.contains(method) ? method : "other")
        .tag("route", route)
        .tag("status", Integer.toString(status))
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Everything in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
