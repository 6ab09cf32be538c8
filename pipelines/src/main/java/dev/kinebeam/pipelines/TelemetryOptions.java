package dev.kinebeam.pipelines;

import dev.kinebeam.beam.flink.FlinkOptions;
import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.beam.flink.FlinkStreamOptions;
import dev.kinebeam.pipelines.alerts.AlertTimes;
import dev.kinebeam.pipelines.sessions.SilenceOptions;
import dev.kinebeam.program.cli.Positive;
import dev.kinebeam.program.database.DatabaseOptions;
import dev.kinebeam.program.kafka.KafkaOptions;
import dev.kinebeam.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of {@link TelemetryMain}; they stop here. */
final class TelemetryOptions {
  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--topic",
      defaultValue = Topics.MEDIA_EVENTS,
      description = "Where events come from. Default: ${DEFAULT-VALUE}")
  private String topic;

  @Option(
      names = "--group",
      defaultValue = "telemetry",
      description = "The consumer group. Default: ${DEFAULT-VALUE}")
  private String group;

  @Mixin private final DatabaseOptions database = new DatabaseOptions();

  @Mixin private final SilenceOptions silence = new SilenceOptions();

  @Option(
      names = "--forget-after",
      paramLabel = "DURATION",
      defaultValue = "PT24H",
      description = "When the state of a closed session is deleted. Default: ${DEFAULT-VALUE}")
  private Duration forgotten;

  @Option(
      names = "--live-every",
      paramLabel = "DURATION",
      defaultValue = "PT10S",
      description = "The most often that a running session is written. Default: ${DEFAULT-VALUE}")
  private Duration liveEvery;

  @Option(
      names = "--alerts-recent",
      paramLabel = "DURATION",
      defaultValue = "PT1H",
      description = "Window of CDN and network alerts. Default: ${DEFAULT-VALUE}")
  private Duration alertsRecent;

  @Option(
      names = "--alerts-every",
      paramLabel = "DURATION",
      defaultValue = "PT1M",
      description = "How often the rules of alerts are judged. Default: ${DEFAULT-VALUE}")
  private Duration alertsEvery;

  @Option(
      names = "--alerts-resolve-after",
      paramLabel = "DURATION",
      defaultValue = "PT10M",
      description = "How long a condition must have failed. Default: ${DEFAULT-VALUE}")
  private Duration alertsResolveAfter;

  @Mixin private final FlinkOptions flink = new FlinkOptions();

  @Mixin private final FlinkStreamOptions stream = new FlinkStreamOptions();

  @Option(
      names = "--restore-from",
      paramLabel = "DIR|URL",
      description = "A savepoint or a retained checkpoint to resume from.")
  private String restoreFrom;

  /**
   * What the job does.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  TelemetrySettings settings(Map<String, String> environment) {
    return TelemetrySettings.of(
            kafka.settingsOrLocal(), database.settingsOrLocal(environment, "kinebeam_pipeline"))
        .reading(topic, group)
        .waiting(
            silence.timeouts(Positive.require("--forget-after", forgotten)),
            Positive.require("--live-every", liveEvery))
        .alerting(AlertTimes.DEFAULT.recent(alertsRecent, alertsEvery, alertsResolveAfter));
  }

  /**
   * Where the job runs.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  FlinkSettings flink(Map<String, String> environment) {
    return stream
        .complete(flink.stream(environment, List.of(FlinkSettings.HERE, FlinkSettings.AROUND)))
        .restoring(Optional.ofNullable(restoreFrom).map(FlinkStreamOptions::url));
  }

  List<String> jars() {
    return flink.jars();
  }
}
