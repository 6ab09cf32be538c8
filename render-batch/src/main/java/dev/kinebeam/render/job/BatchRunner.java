package dev.kinebeam.render.job;

import dev.kinebeam.beam.direct.DirectPipelines;
import dev.kinebeam.beam.flink.Exchange;
import dev.kinebeam.beam.flink.FlinkPipelines;
import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.Restarts;
import dev.kinebeam.objectstore.ObjectStoreException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

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
    return new BatchRunner(DirectPipelines.batch(threads, environment), Optional.empty());
  }

  /**
   * A Flink cluster, or one inside this process.
   *
   * @param jars everything but Flink's own and slf4j's classes; none when the cluster has them
   * @param environment the {@code S3_…} settings, for results in an object store
   */
  public static BatchRunner onFlink(
      FlinkSettings flink, List<String> jars, Map<String, String> environment) {
    return new BatchRunner(
        FlinkPipelines.batch(StreamingRenders.NAME + "-orders", flink, jars, environment),
        flink.isHere()
            ? Optional.of(FlinkPipelines.cluster(flink, Restarts.FEW))
            : Optional.empty());
  }

  /** Whether this process does all of it, without Flink. */
  boolean isOneProcess() {
    return DirectPipelines.isDirect(options);
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
          ? cluster.get().submit(Optional.empty(), Exchange.FULL_BUFFERS, () -> pipeline.run())
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
