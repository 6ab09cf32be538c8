package dev.kinebeam.program.observability.flink;

import dev.kinebeam.program.observability.Metrics;
import java.time.Clock;
import java.util.Properties;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Makes the reporter that {@code metrics.reporter.kinebeam.factory.class} in Flink's configuration
 * names.
 */
public final class JobMetricsFactory implements MetricReporterFactory {
  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return new JobMetrics(Metrics.PROCESS, Clock.systemUTC());
  }
}
