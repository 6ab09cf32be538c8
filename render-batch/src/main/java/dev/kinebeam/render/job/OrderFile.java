package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.RenderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * The job with an end: a file of orders, one JSON object on each line. It may be stopped at any
 * moment and started again: what is ready is skipped, what is normalised is found.
 */
public final class OrderFile {
  private OrderFile() {}

  /**
   * Serves all orders and returns when the last has ended.
   *
   * @param orders one order a line, as {@code compose-requests} has them; blank lines are skipped
   * @param results takes one JSON result a line; {@code RESULTS.refused} takes the lines that are
   *     no orders, with the reason
   * @param flink where to run; empty for this process alone, without Flink
   */
  public static RenderReport serve(
      Path orders, Path results, Toolbox toolbox, Optional<FlinkTarget> flink) {
    Pipeline pipeline = Pipeline.create(flink.map(OrderFile::onFlink).orElseGet(OrderFile::here));
    build(pipeline, orders, results, toolbox);
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    return new RenderReport(
        count(result, RenderJob.RENDERED),
        count(result, RenderJob.ALREADY_RENDERED),
        count(result, RenderJob.FAILED),
        count(result, RenderJob.REFUSED));
  }

  static void build(Pipeline pipeline, Path orders, Path results, Toolbox toolbox) {
    PCollection<OrderBytes> lines =
        pipeline
            .apply("Read orders", TextIO.read().from(orders.toAbsolutePath().toString()))
            .apply(
                "Skip blank lines",
                Filter.by((SerializableFunction<String, Boolean>) line -> !line.isBlank()))
            .apply(
                "Take the bytes",
                MapElements.into(TypeDescriptor.of(OrderBytes.class)).via(OrderBytes::ofLine))
            .setCoder(JsonCoder.of(OrderBytes.class));
    WithFailures.Result<PCollection<RenderResult>, DeadLetter> served =
        RenderJob.serve(lines, toolbox);
    write(served.output(), "results", results.toAbsolutePath().toString());
    write(served.failures(), "refused lines", results.toAbsolutePath() + ".refused");
  }

  private static <T> void write(PCollection<T> values, String what, String file) {
    values
        .apply(
            "Encode " + what,
            MapElements.into(TypeDescriptors.strings())
                .via(value -> new String(Json.bytes(value), StandardCharsets.UTF_8)))
        .apply("Write " + what, TextIO.write().to(file).withoutSharding());
  }

  private static PipelineOptions here() {
    DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setTargetParallelism(Math.max(2, Runtime.getRuntime().availableProcessors()));
    return options;
  }

  private static PipelineOptions onFlink(FlinkTarget target) {
    FlinkPipelineOptions options = PipelineOptionsFactory.as(FlinkPipelineOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setJobName(StreamingRenders.NAME + "-orders");
    options.setFlinkMaster(target.master());
    options.setParallelism(target.parallelism());
    options.setFilesToStage(List.of());
    options.setObjectReuse(true);
    return options;
  }

  private static long count(PipelineResult result, String counter) {
    MetricsFilter filter =
        MetricsFilter.builder().addNameFilter(MetricNameFilter.named("render", counter)).build();
    long sum = 0;
    for (MetricResult<Long> metric : result.metrics().queryMetrics(filter).getCounters()) {
      sum += metric.getAttempted();
    }
    return sum;
  }
}
