package dev.kinebeam.pipelines;

import dev.kinebeam.pipelines.alerts.AlertTimes;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.schemas.Topics;
import java.time.Duration;

/**
 * What the telemetry job reads, writes and waits for.
 *
 * @param liveEvery a running session's row is written at most once in this time
 * @param alertTimes what the rules of alerts look back on, and how often
 */
public record TelemetrySettings(
    Source source,
    DatabaseSettings database,
    SilenceTimeouts silence,
    Duration liveEvery,
    AlertTimes alertTimes) {

  /**
   * Where records come from and where refused ones go.
   *
   * @param group commits its offsets at every checkpoint; a job without saved state resumes there
   */
  public record Source(KafkaSettings kafka, String topic, String rejectedTopic, String group) {
    /** The topics that everyone uses. */
    public static Source at(KafkaSettings kafka) {
      return new Source(kafka, Topics.MEDIA_EVENTS, Topics.MEDIA_EVENTS_REJECTED, "telemetry");
    }
  }

  /** The usual topics and times. */
  public static TelemetrySettings of(KafkaSettings kafka, DatabaseSettings database) {
    return new TelemetrySettings(
        Source.at(kafka),
        database,
        SilenceTimeouts.DEFAULT,
        Duration.ofSeconds(10),
        AlertTimes.DEFAULT);
  }

  /** The same, with other times: a demo has no half hour to spare. */
  public TelemetrySettings waiting(SilenceTimeouts other, Duration live) {
    return new TelemetrySettings(source, database, other, live, alertTimes);
  }

  /** The same, judging alerts by other windows and at another pace. */
  public TelemetrySettings alerting(AlertTimes times) {
    return new TelemetrySettings(source, database, silence, liveEvery, times);
  }

  /** The same, reading another topic in another group. */
  public TelemetrySettings reading(String topic, String group) {
    return new TelemetrySettings(
        new Source(source.kafka(), topic, source.rejectedTopic(), group),
        database,
        silence,
        liveEvery,
        alertTimes);
  }
}
