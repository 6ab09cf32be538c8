package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.beam.direct.DirectPipelines;
import dev.kinebeam.beam.files.ReportOption;
import dev.kinebeam.beam.flink.FlinkOptions;
import dev.kinebeam.beam.flink.FlinkPipelines;
import dev.kinebeam.eventarchive.ArchiveDirOption;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.pipelines.backfill.BackfillSettings.Mode;
import dev.kinebeam.pipelines.sessions.SilenceOptions;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.cli.DryRunOption;
import dev.kinebeam.program.cli.UuidConverter;
import dev.kinebeam.program.database.DatabaseOptions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.sdk.options.PipelineOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of {@link BackfillMain}; they stop here. */
final class BackfillOptions {
  private static final String JOB = "backfill";
  private static final int THREADS = 2;

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
      converter = UuidConverter.class,
      description = "Of this organisation only. Default: all.")
  private UUID org;

  @Option(
      names = "--compare",
      description = "Write nothing; compare every row with the table, column by column.")
  private boolean compare;

  @Mixin private final DryRunOption dryRun = new DryRunOption();

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

  @Mixin private final SilenceOptions silence = new SilenceOptions();

  @Mixin private final ArchiveDirOption archive = new ArchiveDirOption();

  @Mixin private final FlinkOptions flink = new FlinkOptions();

  @Mixin private final ReportOption report = new ReportOption();

  /**
   * Where the report is written to, if it is wanted.
   *
   * @throws IllegalArgumentException saying what is wrong with the address
   */
  Optional<FileAddress> report(Map<String, String> environment) {
    return report.file(environment);
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
        archive
            .folder()
            .map(ArchiveLocation::folder)
            .orElseGet(() -> ArchiveLocation.bucket(environment)),
        database.settingsOrLocal(environment, "kinebeam_pipeline"),
        new BackfillSettings.Sessions(
            time("--from", from), time("--to", to), Optional.ofNullable(org)),
        margin,
        silence.timeouts(SilenceTimeouts.DEFAULT.forgotten()),
        mode());
  }

  private Mode mode() {
    if (compare && dryRun.isWanted()) {
      throw new IllegalArgumentException("give one of --compare and --dry-run");
    }
    if (compare) {
      return Mode.COMPARE;
    }
    return dryRun.isWanted() ? Mode.COUNT : Mode.WRITE;
  }

  private static Instant time(String flag, String value) {
    try {
      return OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          flag + " is " + value + "; it must be a time such as 2026-11-20T10:00Z", e);
    }
  }

  /**
   * How Beam is to run it; where its files are is in the settings.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  PipelineOptions runner() {
    return flink
        .batch(List.of())
        .map(cluster -> FlinkPipelines.batch(JOB, cluster, flink.jars(), Map.of()))
        .orElseGet(() -> DirectPipelines.batch(flink.parallelism(THREADS), Map.of()));
  }
}
