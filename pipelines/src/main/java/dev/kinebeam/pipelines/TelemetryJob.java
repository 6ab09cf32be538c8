package dev.kinebeam.pipelines;

import dev.kinebeam.beam.StopSignal;
import dev.kinebeam.beam.flink.Exchange;
import dev.kinebeam.beam.flink.FlinkPipelines;
import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.Restarts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** The telemetry job on Flink. */
public final class TelemetryJob {
  /** What Flink's page calls it. */
  public static final String NAME = "telemetry";

  /**
   * Bundles large enough for a session's events of a backlog to meet before the shuffle, and short
   * enough to add little to the age of a row. Dead letters are counted in their topic and Flink
   * counts records, so that Beam's own counters are not needed.
   */
  private static final FlinkPipelines.Stream STREAM =
      new FlinkPipelines.Stream(
          NAME,
          new FlinkPipelines.Bundles(20_000, Optional.of(Duration.ofMillis(500))),
          Optional.empty(),
          false,
          Exchange.FULL_BUFFERS);

  private TelemetryJob() {}

  /**
   * Submits the job together with its classes and returns at once.
   *
   * @param jars everything but Flink's own and slf4j's classes; none for a cluster that has them
   */
  public static PipelineResult submit(
      TelemetrySettings settings, FlinkSettings flink, List<String> jars) {
    return run(settings, FlinkPipelines.stream(STREAM, flink, jars, false));
  }

  /** Submits the job to a cluster inside this process and returns at once. */
  public static PipelineResult submit(
      TelemetrySettings settings, FlinkSettings flink, InProcessFlink here) {
    PipelineOptions options = FlinkPipelines.stream(STREAM, flink, List.of(), false);
    return here.submit(flink.restoreFrom(), STREAM.exchange(), () -> run(settings, options));
  }

  /**
   * Runs the job in a cluster inside this process; returns when it has ended.
   *
   * @param stop cancels it; the next run continues from the offsets of the last checkpoint
   * @throws IOException when the cluster does not start
   */
  static PipelineResult.State runHere(
      TelemetrySettings settings, FlinkSettings flink, StopSignal stop) throws IOException {
    try (InProcessFlink here =
        InProcessFlink.start(FlinkPipelines.cluster(flink, Restarts.ALWAYS))) {
      PipelineOptions options = FlinkPipelines.stream(STREAM, flink, List.of(), true);
      return here.run(
              flink.restoreFrom(),
              STREAM.exchange(),
              () -> run(settings, options).waitUntilFinish(),
              stop)
          .orElse(PipelineResult.State.CANCELLED);
    }
  }

  private static PipelineResult run(TelemetrySettings settings, PipelineOptions options) {
    Pipeline pipeline = Pipeline.create(options);
    TelemetryPipeline.build(pipeline, settings);
    return pipeline.run();
  }
}
