package dev.kinebeam.pipelines;

import dev.kinebeam.beam.EmptyJar;
import dev.kinebeam.beam.StopSignal;
import dev.kinebeam.beam.files.S3Files;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.Restarts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions.CheckEnabled;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** The telemetry job on Flink. */
public final class TelemetryJob {
  /** The master that stands for a cluster inside this process. */
  static final String HERE = "[local]";

  /** The master that stands for the cluster that has called this program. */
  static final String AROUND = "[auto]";

  /** What Flink's page calls it. */
  public static final String NAME = "telemetry";

  /** Large enough for a session's events of a backlog to meet before the shuffle. */
  private static final long BUNDLE_RECORDS = 20_000;

  /** The most that a bundle adds to the age of a row. */
  private static final long BUNDLE_MS = 500;

  private static final long WATERMARK_MS = 200;

  private TelemetryJob() {}

  /**
   * Submits the job together with its classes and returns at once.
   *
   * @param jars everything but Flink's own and slf4j's classes; none for a cluster that has them
   */
  public static PipelineResult submit(
      TelemetrySettings settings, FlinkSettings flink, List<String> jars) {
    FlinkPipelineOptions options = options(flink);
    options.setFilesToStage(jars.isEmpty() ? EmptyJar.toStage() : jars);
    options.setAttachedMode(false);
    return run(settings, options);
  }

  /** Submits the job to a cluster inside this process and returns at once. */
  public static PipelineResult submit(
      TelemetrySettings settings, FlinkSettings flink, InProcessFlink here) {
    FlinkPipelineOptions options = optionsHere(flink);
    options.setAttachedMode(false);
    return here.submit(flink.restoreFrom(), () -> run(settings, options));
  }

  /**
   * Runs the job in a cluster inside this process; returns when it has ended.
   *
   * @param stop cancels it; the next run continues from the offsets of the last checkpoint
   * @throws IOException when the cluster does not start
   */
  static PipelineResult.State runHere(
      TelemetrySettings settings, FlinkSettings flink, StopSignal stop) throws IOException {
    InProcessFlink.Settings cluster =
        InProcessFlink.Settings.of(flink.parallelism(), Restarts.ALWAYS).withPage(flink.ui());
    try (InProcessFlink here = InProcessFlink.start(cluster)) {
      FlinkPipelineOptions options = optionsHere(flink);
      return here.run(flink.restoreFrom(), () -> run(settings, options).waitUntilFinish(), stop)
          .orElse(PipelineResult.State.CANCELLED);
    }
  }

  private static FlinkPipelineOptions optionsHere(FlinkSettings flink) {
    FlinkPipelineOptions options = options(flink);
    options.setFlinkMaster(InProcessFlink.MASTER);
    options.setFilesToStage(List.of());
    return options;
  }

  private static PipelineResult run(TelemetrySettings settings, FlinkPipelineOptions options) {
    Pipeline pipeline = Pipeline.create(options);
    TelemetryPipeline.build(pipeline, settings);
    return pipeline.run();
  }

  private static FlinkPipelineOptions options(FlinkSettings flink) {
    // The job has no files; its options must still say so, or each start asks the cloud for a
    // region.
    FlinkPipelineOptions options =
        S3Files.configure(PipelineOptionsFactory.as(FlinkPipelineOptions.class), Map.of());
    options.setRunner(FlinkRunner.class);
    options.setJobName(NAME);
    options.setStreaming(true);
    options.setFlinkMaster(flink.master());
    options.setParallelism(flink.parallelism());
    options.setCheckpointingInterval(flink.checkpointEvery().toMillis());
    flink
        .checkpointDir()
        .ifPresent(
            dir -> {
              options.setStateBackend("filesystem");
              options.setStateBackendStoragePath(dir);
            });
    // What a cancelled job leaves behind can be gone on with.
    options.setExternalizedCheckpointsEnabled(true);
    options.setRetainExternalizedCheckpointsOnCancellation(true);
    flink.restoreFrom().ifPresent(options::setSavepointPath);
    // Saved state hangs on the steps' names; two of one name would share it.
    options.setStableUniqueNames(CheckEnabled.ERROR);
    // Safe, since every value that is kept or passed on is immutable. Never fasterCopy.
    options.setObjectReuse(true);
    // Beam's own counters are brought up to date with every record read, at an eighth of the job's
    // time. Flink's stay; what was refused is counted in its topic.
    options.setDisableMetrics(true);
    options.setMaxBundleSize(BUNDLE_RECORDS);
    options.setMaxBundleTimeMills(BUNDLE_MS);
    options.setAutoWatermarkInterval(WATERMARK_MS);
    // A bounded source ends when it has been read. Beam's default with checkpoints waits for ever,
    // on a thread that outlives the job and keeps its classes.
    options.setShutdownSourcesAfterIdleMs(0L);
    return options;
  }
}
