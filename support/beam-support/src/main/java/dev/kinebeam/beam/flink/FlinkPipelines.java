package dev.kinebeam.beam.flink;

import dev.kinebeam.beam.EmptyJar;
import dev.kinebeam.beam.files.S3Files;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptions.CheckEnabled;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The options of every job on Flink: parallelism, object reuse, checkpoints, state, watermarks and
 * the classes that are sent along. Each job states only in what it differs.
 */
public final class FlinkPipelines {
  private FlinkPipelines() {}

  /**
   * How large the bundles of a job without end are.
   *
   * @param records the most in one bundle
   * @param open the longest that a bundle stays open, which adds to the age of a row; empty for
   *     Beam's own limit
   */
  public record Bundles(long records, Optional<Duration> open) {}

  /**
   * A job without end.
   *
   * @param name what Flink's page calls it
   * @param checkpointWithin when a checkpoint is given up; empty for Flink's own limit
   * @param beamMetrics whether Beam's counters are kept; they are brought up to date with every
   *     record read, which took an eighth of the telemetry job's time
   * @param exchange for a cluster inside this process, give it to {@link InProcessFlink#submit} too
   */
  public record Stream(
      String name,
      Bundles bundles,
      Optional<Duration> checkpointWithin,
      boolean beamMetrics,
      Exchange exchange) {}

  /**
   * The options of a job without end. Its submission returns at once unless {@code waiting}.
   *
   * @param jars everything but Flink's own and slf4j's classes; none for a cluster that has them
   */
  public static PipelineOptions stream(
      Stream job, FlinkSettings flink, List<String> jars, boolean waiting) {
    // A stream has no files; its options must still say so, or each start asks the cloud for a
    // region.
    FlinkPipelineOptions options = common(job.name(), flink, jars, Map.of());
    options.setStreaming(true);
    options.setAttachedMode(waiting);
    options.setCheckpointingInterval(flink.checkpointEvery().toMillis());
    job.checkpointWithin().ifPresent(limit -> options.setCheckpointTimeoutMillis(limit.toMillis()));
    flink
        .checkpointDir()
        .ifPresent(
            dir -> {
              options.setStateBackend("filesystem");
              options.setStateBackendStoragePath(dir);
            });
    // A cancelled job can be resumed from its last checkpoint.
    options.setExternalizedCheckpointsEnabled(true);
    options.setRetainExternalizedCheckpointsOnCancellation(true);
    flink.restoreFrom().ifPresent(options::setSavepointPath);
    // Saved state is found by the steps' names; two of one name would share it.
    options.setStableUniqueNames(CheckEnabled.ERROR);
    options.setAutoWatermarkInterval(job.exchange().watermarks().toMillis());
    if (!flink.isHere() && !job.exchange().flink().isEmpty()) {
      options.setFlinkConfDir(
          folderWith(GlobalConfiguration.loadConfiguration(), job.exchange().flink()));
    }
    // A bounded source ends when it has been read. Beam's default with checkpoints waits for ever,
    // on a thread that outlives the job and keeps its classes.
    options.setShutdownSourcesAfterIdleMs(0L);
    options.setDisableMetrics(!job.beamMetrics());
    options.setMaxBundleSize(job.bundles().records());
    job.bundles().open().ifPresent(limit -> options.setMaxBundleTimeMills(limit.toMillis()));
    return options;
  }

  /**
   * The options of a job with an end. A cluster that cannot run it must fail, and not retry without
   * end as it does with a stream.
   *
   * @param jars everything but Flink's own and slf4j's classes; none for a cluster that has them
   * @param environment the {@code S3_…} settings, for files in an object store
   */
  public static PipelineOptions batch(
      String name, FlinkSettings flink, List<String> jars, Map<String, String> environment) {
    FlinkPipelineOptions options = common(name, flink, jars, environment);
    if (!flink.isHere()) {
      options.setFlinkConfDir(folderWith(new Configuration(), Restarts.FEW.flink()));
    }
    return options;
  }

  /** The cluster inside this process that a job needs when its settings name none elsewhere. */
  public static InProcessFlink.Settings cluster(FlinkSettings flink, Restarts restarts) {
    return InProcessFlink.Settings.of(flink.parallelism(), restarts).withPage(flink.ui());
  }

  /** The same for a job that is written for Flink without Beam, as far as it applies. */
  public static void configure(StreamExecutionEnvironment environment, FlinkSettings flink) {
    environment.setParallelism(flink.parallelism());
    environment.getConfig().enableObjectReuse();
    environment.getConfig().setAutoWatermarkInterval(Exchange.FULL_BUFFERS.watermarks().toMillis());
    environment.enableCheckpointing(flink.checkpointEvery().toMillis());
  }

  private static FlinkPipelineOptions common(
      String name, FlinkSettings flink, List<String> jars, Map<String, String> environment) {
    FlinkPipelineOptions options =
        S3Files.configure(PipelineOptionsFactory.as(FlinkPipelineOptions.class), environment);
    options.setRunner(FlinkRunner.class);
    options.setJobName(name);
    options.setParallelism(flink.parallelism());
    // Safe, since every value that is kept or passed on is immutable. Never fasterCopy.
    options.setObjectReuse(true);
    if (flink.isHere()) {
      options.setFlinkMaster(InProcessFlink.MASTER);
      options.setFilesToStage(List.of());
    } else {
      options.setFlinkMaster(flink.master());
      options.setFilesToStage(jars.isEmpty() ? EmptyJar.toStage() : jars);
    }
    return options;
  }

  /**
   * Beam passes a restart strategy to streams alone, and a timeout of buffers to no job; what is
   * configured in a folder reaches all.
   */
  private static String folderWith(Configuration given, Map<String, String> more) {
    more.forEach(given::setString);
    List<String> settings = ConfigurationUtils.convertConfigToWritableLines(given, true);
    try {
      Path folder = Files.createTempDirectory("kinebeam-flink");
      Path file = Files.write(folder.resolve("config.yaml"), settings);
      // They are deleted in the opposite order of this.
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
      return folder.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for temporary files", e);
    }
  }
}
