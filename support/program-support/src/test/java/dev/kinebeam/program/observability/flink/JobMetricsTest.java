package dev.kinebeam.program.observability.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.program.observability.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.junit.jupiter.api.Test;

class JobMetricsTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-29T10:00:00Z"));
  private final AtomicReference<Long> checkpoint = new AtomicReference<>(-1L);
  private final Gauge<Long> newest = checkpoint::get;
  private final Metrics metrics = new Metrics();
  private final JobMetrics reporter = new JobMetrics(metrics, clock());

  private static final class JobGroup extends UnregisteredMetricsGroup {
    @Override
    public Map<String, String> getAllVariables() {
      return Map.of("<job_name>", "telemetry");
    }
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return now.get();
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  private void after(Duration time) {
    now.set(now.get().plus(time));
  }

  @Test
  void aCheckpointsAgeCountsFromTheJobsStartAndFromEachCheckpoint() {
    reporter.notifyOfAddedMetric(newest, "lastCompletedCheckpointId", new JobGroup());
    reporter.report();
    after(Duration.ofSeconds(30));
    reporter.report();
    assertThat(metrics.text())
        .contains("kinebeam_job_checkpoint_age_seconds{flink_job=\"telemetry\"} 30\n");

    checkpoint.set(1L);
    reporter.report();
    after(Duration.ofSeconds(7));
    assertThat(metrics.text())
        .contains("kinebeam_job_checkpoint_age_seconds{flink_job=\"telemetry\"} 7\n");
  }

  @Test
  void exportsRestartsUntilTheJobHasEnded() {
    Gauge<Long> restarts = () -> 2L;
    reporter.notifyOfAddedMetric(restarts, "numRestarts", new JobGroup());
    reporter.notifyOfAddedMetric((Gauge<Long>) () -> 1L, "somethingElse", new JobGroup());

    assertThat(metrics.text())
        .contains(
            "# HELP kinebeam_job_restarts_total ",
            "kinebeam_job_restarts_total{flink_job=\"telemetry\"} 2\n")
        .doesNotContain("somethingElse");
    reporter.notifyOfRemovedMetric(restarts, "numRestarts", new JobGroup());
    assertThat(metrics.text()).isEmpty();
  }

  @Test
  void flinkFindsTheFactory() {
    assertThat(ServiceLoader.load(MetricReporterFactory.class).stream())
        .anySatisfy(
            found -> {
              assertThat(found.type()).isEqualTo(JobMetricsFactory.class);
              assertThat(found.get().createMetricReporter(new Properties()))
                  .isInstanceOf(JobMetrics.class);
            });
  }
}
