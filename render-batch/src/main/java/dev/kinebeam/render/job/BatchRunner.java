package dev.kinebeam.render.job;

import dev.kinebeam.beam.EmptyJar;
import dev.kinebeam.beam.files.S3Files;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.Restarts;
import dev.kinebeam.objectstore.ObjectStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * Where a batch is run.
 *
 * @param options for Beam
 * @param here the Flink inside this process that it needs; empty when it needs none
 */
public record BatchRunner(PipelineOptions options, Optional<InProcessFlink.Settings> here) {
  /**
   * Beam in this process, without Flink.
   *
   * @param threads how many renders wait for the host at once; no more compose at once than there
   *     are processors
   * @param environment the {@code S3_…} settings, for results in an object store
   */
  public static BatchRunner inThisProcess(int threads, Map<String, String> environment) {
    DirectOptions options =
        S3Files.configure(PipelineOptionsFactory.as(DirectOptions.class), environment);
    options.setRunner(DirectRunner.class);
    options.setTargetParallelism(threads);
    options.setBlockOnRun(false);
    // Values are immutable throughout; proving it again would cost time.
    options.setEnforceImmutability(false);
    options.setEnforceEncodability(false);
    return new BatchRunner(options, Optional.empty());
  }

  /**
   * A Flink cluster, or one inside this process.
   *
   * @param jars everything but Flink's own and slf4j's classes; none when the cluster has them
   * @param environment the {@code S3_…} settings, for results in an object store
   */
  public static BatchRunner onFlink(
      FlinkTarget target, List<String> jars, Map<String, String> environment) {
    FlinkPipelineOptions options =
        S3Files.configure(PipelineOptionsFactory.as(FlinkPipelineOptions.class), environment);
    options.setRunner(FlinkRunner.class);
    options.setJobName(StreamingRenders.NAME + "-orders");
    options.setParallelism(target.parallelism());
    options.setObjectReuse(true);
    if (target.isHere()) {
      options.setFlinkMaster(InProcessFlink.MASTER);
      options.setFilesToStage(List.of());
      return new BatchRunner(
          options,
          Optional.of(
              InProcessFlink.Settings.of(target.parallelism(), Restarts.FEW)
                  .withPage(target.ui())));
    }
    options.setFlinkMaster(target.master());
    options.setFilesToStage(jars.isEmpty() ? EmptyJar.toStage() : jars);
    // A cluster that cannot run it must fail, and not go on trying as it does with a stream.
    options.setFlinkConfDir(fewRestarts());
    return new BatchRunner(options, Optional.empty());
  }

  /**
   * Beam hands a restart strategy to streams alone; what is configured in a folder reaches batches
   * too.
   */
  private static String fewRestarts() {
    String settings =
        Restarts.FEW.flink().entrySet().stream()
            .map(setting -> setting.getKey() + ": " + setting.getValue() + "\n")
            .collect(Collectors.joining());
    try {
      Path folder = Files.createTempDirectory("kinebeam-render-flink");
      Path file = Files.writeString(folder.resolve("config.yaml"), settings);
      // They are deleted in the opposite order of this.
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
      return folder.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for temporary files", e);
    }
  }

  /** Whether this process does all of it, without Flink. */
  boolean isOneProcess() {
    return options.getRunner().equals(DirectRunner.class);
  }

  /**
   * Runs a pipeline to its end and returns its counts.
   *
   * @param running takes the result while the pipeline runs
   * @throws IOException when it does not end well; its message has the cause's
   */
  Map<String, Long> run(Pipeline pipeline, Consumer<PipelineResult> running) throws IOException {
    try (Started started = start()) {
      PipelineResult result = started.run(pipeline);
      running.accept(result);
      PipelineResult.State end = result.waitUntilFinish();
      if (end != PipelineResult.State.DONE) {
        throw new IOException("the job ended as " + end + "; start it again and it continues");
      }
      return RenderCounters.of(result);
    } catch (RuntimeException e) {
      throw new IOException(
          "the job broke off: " + reason(e) + "; start it again and it continues", e);
    }
  }

  /** Runners wrap whatever a step threw in exceptions of their own. */
  private static String reason(RuntimeException failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof ObjectStoreException)) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }

  private Started start() throws IOException {
    return new Started(
        here.isPresent() ? Optional.of(InProcessFlink.start(here.get())) : Optional.empty());
  }

  /** A runner with the cluster that it needs. */
  private record Started(Optional<InProcessFlink> cluster) implements AutoCloseable {
    PipelineResult run(Pipeline pipeline) {
      return cluster.isPresent()
          ? cluster.get().submit(Optional.empty(), () -> pipeline.run())
          : pipeline.run();
    }

    @Override
    public void close() throws IOException {
      if (cluster.isPresent()) {
        cluster.get().close();
      }
    }
  }
}
