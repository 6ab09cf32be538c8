package dev.kinebeam.pipelines;

import dev.kinebeam.beam.ReadRecords;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.UiPort;
import dev.kinebeam.pipelines.alerts.AlertTimes;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseOptions;
import dev.kinebeam.program.kafka.KafkaOptions;
import dev.kinebeam.schemas.Topics;
import java.nio.file.Path;
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

  @Option(
      names = "--playing-timeout",
      paramLabel = "DURATION",
      defaultValue = "PT60S",
      description = "Silence that closes a playing session. Default: ${DEFAULT-VALUE}")
  private Duration playing;

  @Option(
      names = "--paused-timeout",
      paramLabel = "DURATION",
      defaultValue = "PT30M",
      description = "Silence that closes a paused session. Default: ${DEFAULT-VALUE}")
  private Duration paused;

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

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:FLINK_MASTER:-" + TelemetryJob.HERE + "}",
      description = {
        "A cluster's REST interface; [local] for one inside this process; [auto] where Flink"
            + " itself",
        "calls this program (application mode). Default: ${DEFAULT-VALUE}"
      })
  private String master;

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      description = "How many workers share the work. Default: ${DEFAULT-VALUE}")
  private int parallelism;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "DURATION",
      defaultValue = "PT10S",
      description = "Time between checkpoints. Default: ${DEFAULT-VALUE}")
  private Duration checkpointEvery;

  @Option(
      names = "--checkpoint-dir",
      paramLabel = "DIR|URL",
      description = {
        "Where checkpoints go; every worker must reach it.",
        "Default: what the cluster is configured with; .local/checkpoints for [local]"
      })
  private String checkpointDir;

  @Option(
      names = "--restore-from",
      paramLabel = "DIR|URL",
      description = "A savepoint or a retained checkpoint to resume from.")
  private String restoreFrom;

  @Option(
      names = "--flink-ui",
      paramLabel = "PORT",
      description = {
        "Serve Flink's page for looking only on 127.0.0.1:PORT (0: a free one) while the job runs",
        "inside this process. Default: no page"
      })
  private Integer ui;

  @Option(
      names = "--jars",
      split = ",",
      paramLabel = "JAR",
      description = "The job's classes, sent to the cluster; none if it has them already.")
  private List<String> jars = List.of();

  /**
   * What the job does.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  TelemetrySettings settings(Map<String, String> environment) {
    positive("--playing-timeout", playing);
    positive("--paused-timeout", paused);
    positive("--forget-after", forgotten);
    positive("--live-every", liveEvery);
    return TelemetrySettings.of(
            kafka.serversOrLocal(), database.settingsOrLocal(environment, "kinebeam_pipeline"))
        .reading(topic, group)
        .waiting(new SilenceTimeouts(playing, paused, forgotten), liveEvery)
        .alerting(AlertTimes.DEFAULT.recent(alertsRecent, alertsEvery, alertsResolveAfter));
  }

  /**
   * Where the job runs.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  FlinkSettings flink() {
    positive("--checkpoint-every", checkpointEvery);
    if (parallelism < 1 || parallelism > ReadRecords.MAX_PARALLELISM) {
      throw new IllegalArgumentException(
          "--parallelism is %d; it must lie between 1 and %d"
              .formatted(parallelism, ReadRecords.MAX_PARALLELISM));
    }
    if (!List.of(TelemetryJob.HERE, TelemetryJob.AROUND).contains(master)
        && !master.matches(".+:\\d+")) {
      throw new IllegalArgumentException(
          "--flink-master is " + master + "; it must be HOST:PORT, [local] or [auto]");
    }
    if (master.equals(TelemetryJob.AROUND) && !InProcessFlink.isAround()) {
      throw new IllegalArgumentException(
          "--flink-master is [auto], but Flink has not started this program; give [local] or"
              + " HOST:PORT");
    }
    if (!jars.isEmpty() && !master.matches(".+:\\d+")) {
      throw new IllegalArgumentException(
          "--jars is given, but --flink-master is "
              + master
              + "; jars are sent to a cluster at HOST:PORT only");
    }
    Optional<String> dir = Optional.ofNullable(checkpointDir);
    if (dir.isEmpty() && master.equals(TelemetryJob.HERE)) {
      dir = Optional.of(".local/checkpoints");
    }
    return new FlinkSettings(
        master,
        parallelism,
        checkpointEvery,
        dir.map(TelemetryOptions::url),
        Optional.ofNullable(restoreFrom).map(TelemetryOptions::url),
        UiPort.of(ui, master.equals(TelemetryJob.HERE)));
  }

  List<String> jars() {
    return jars;
  }

  private static String url(String place) {
    return place.contains("://") ? place : Path.of(place).toAbsolutePath().toUri().toString();
  }

  private static void positive(String flag, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(flag + " is " + value + "; it must be positive");
    }
  }
}
