package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.beam.EmptyJar;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.pipelines.backfill.BackfillSettings.Mode;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseOptions;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of {@link BackfillMain}; they stop here. */
final class BackfillOptions {
  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "Sessions that began at or after this time.")
  private String from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "TIME",
      description = "And before this one.")
  private String to;

  @Option(
      names = "--org",
      paramLabel = "UUID",
      description = "Of this organisation only. Default: all.")
  private UUID org;

  @ArgGroup private final Doing doing = new Doing();

  /** Instead of writing. */
  static final class Doing {
    private Mode mode = Mode.WRITE;

    @Option(
        names = "--compare",
        description = "Write nothing; compare every row with the table, column by column.")
    void compare(boolean yes) {
      mode = yes ? Mode.COMPARE : mode;
    }

    @Option(names = "--dry-run", description = "Write nothing; read, measure and count.")
    void count(boolean yes) {
      mode = yes ? Mode.COUNT : mode;
    }
  }

  @Option(
      names = "--margin",
      paramLabel = "DURATION",
      defaultValue = "PT24H",
      description = {
        "How far around that time events are read, so that sessions are whole.",
        "Default: ${DEFAULT-VALUE}"
      })
  private Duration margin;

  @Mixin private final DatabaseOptions database = new DatabaseOptions();

  @Option(
      names = "--playing-timeout",
      paramLabel = "DURATION",
      defaultValue = "PT60S",
      description = "As the telemetry job has it. Default: ${DEFAULT-VALUE}")
  private Duration playing;

  @Option(
      names = "--paused-timeout",
      paramLabel = "DURATION",
      defaultValue = "PT30M",
      description = "As the telemetry job has it. Default: ${DEFAULT-VALUE}")
  private Duration paused;

  @Option(
      names = "--archive-dir",
      paramLabel = "DIR",
      description = "Read this folder and not the bucket.")
  private Path folder;

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      description = "Run on this Flink cluster. Default: inside this process.")
  private String master;

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      description = "How many workers share the work. Default: ${DEFAULT-VALUE}")
  private int parallelism;

  @Option(
      names = "--jars",
      split = ",",
      paramLabel = "JAR",
      description = "The classes, sent to the cluster.")
  private List<String> jars = List.of();

  @Option(
      names = "--report",
      paramLabel = "FILE|s3://…",
      description = "Takes the figures as JSON.")
  private String report;

  /**
   * Where the report goes, if it is wanted.
   *
   * @throws IllegalArgumentException saying what is wrong with the address
   */
  Optional<FileAddress> report(Map<String, String> environment) {
    return Optional.ofNullable(report).map(text -> FileAddress.parse(text, environment));
  }

  /**
   * What is to be done.
   *
   * @throws IllegalArgumentException naming the flag or setting that is wrong
   */
  BackfillSettings settings(Map<String, String> environment) {
    if (margin.isNegative()) {
      throw new IllegalArgumentException("--margin is " + margin + "; it must not be negative");
    }
    return new BackfillSettings(
        folder == null ? ArchiveLocation.bucket(environment) : ArchiveLocation.folder(folder),
        database.settingsOrLocal(environment, "kinebeam_pipeline"),
        new BackfillSettings.Sessions(
            time("--from", from), time("--to", to), Optional.ofNullable(org)),
        margin,
        new SilenceTimeouts(playing, paused, SilenceTimeouts.DEFAULT.forgotten()),
        doing.mode);
  }

  private static Instant time(String flag, String value) {
    try {
      return OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          flag + " is " + value + "; it must be a time such as 2026-11-20T10:00Z", e);
    }
  }

  /** How Beam is to run it. */
  PipelineOptions runner() {
    if (parallelism < 1) {
      throw new IllegalArgumentException(
          "--parallelism is " + parallelism + "; it must be 1 or more");
    }
    if (master == null && !jars.isEmpty()) {
      throw new IllegalArgumentException(
          "--jars is given, but the backfill runs in this process; give --flink-master HOST:PORT"
              + " too");
    }
    if (master == null) {
      return Backfill.inThisProcess(parallelism);
    }
    if (!master.matches(".+:\\d+")) {
      throw new IllegalArgumentException("--flink-master is " + master + "; it must be HOST:PORT");
    }
    FlinkPipelineOptions flink = PipelineOptionsFactory.as(FlinkPipelineOptions.class);
    flink.setRunner(FlinkRunner.class);
    flink.setJobName("backfill");
    flink.setFlinkMaster(master);
    flink.setParallelism(parallelism);
    flink.setFilesToStage(jars.isEmpty() ? EmptyJar.toStage() : jars);
    flink.setObjectReuse(true);
    return flink;
  }
}
