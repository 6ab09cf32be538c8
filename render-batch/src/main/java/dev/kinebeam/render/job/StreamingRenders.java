package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.ReadRecords;
import dev.kinebeam.beam.StopSignal;
import dev.kinebeam.beam.WriteDeadLetters;
import dev.kinebeam.beam.flink.Exchange;
import dev.kinebeam.beam.flink.FlinkPipelines;
import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.Restarts;
import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.program.kafka.KafkaGroup;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.RenderResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The job without end: orders of both lanes ({@link RenderLane#topic}), results to {@code
 * render-results}, records that are not orders to the dead letters.
 *
 * <p>Steps block while they encode and while the host works, so a bundle is one element, and a
 * checkpoint waits for no more than one element of each step. Its timeout is {@link
 * Toolbox#longestOrder} with as much again for those who wait for a processor first; should it pass
 * all the same, the job resumes from the previous checkpoint and finds the renders that were
 * completed since.
 */
public final class StreamingRenders {
  /** What Flink's page calls it. */
  public static final String NAME = "render";

  private static final String GROUP = "render";

  /** A caller waits for each order, and there are few. */
  private static final Exchange EXCHANGE = Exchange.AT_ONCE;

  private StreamingRenders() {}

  /**
   * Submits the job together with its classes and returns at once.
   *
   * @param jars everything but Flink's own and slf4j's classes; none for a cluster that has them
   */
  public static PipelineResult submit(
      KafkaSettings kafka, Toolbox toolbox, FlinkSettings flink, List<String> jars) {
    return run(kafka, toolbox, FlinkPipelines.stream(stream(toolbox), flink, jars, false));
  }

  /** Submits the job to a cluster inside this process and returns at once. */
  public static PipelineResult submit(
      KafkaSettings kafka, Toolbox toolbox, FlinkSettings flink, InProcessFlink here) {
    PipelineOptions options = FlinkPipelines.stream(stream(toolbox), flink, List.of(), false);
    return here.submit(Optional.empty(), EXCHANGE, () -> run(kafka, toolbox, options));
  }

  /**
   * Runs the job in a cluster inside this process; returns when it has ended.
   *
   * @param stop cancels it: orders that are under way give up their claims, and are served by the
   *     next run
   * @throws IOException when the cluster does not start
   */
  public static PipelineResult.State runHere(
      KafkaSettings kafka, Toolbox toolbox, FlinkSettings flink, StopSignal stop)
      throws IOException {
    try (InProcessFlink here =
        InProcessFlink.start(FlinkPipelines.cluster(flink, Restarts.ALWAYS))) {
      PipelineOptions options = FlinkPipelines.stream(stream(toolbox), flink, List.of(), true);
      return here.run(
              Optional.empty(),
              EXCHANGE,
              () -> run(kafka, toolbox, options).waitUntilFinish(),
              stop)
          .orElse(PipelineResult.State.CANCELLED);
    }
  }

  /** Watches the orders that the job reads, from this process, until closed. */
  public static Dependencies.Watch watch(KafkaSettings kafka) {
    List<Dependencies.Watch> lanes =
        Stream.of(RenderLane.values())
            .map(lane -> new KafkaGroup(kafka, lane.topic(), GROUP).watch())
            .toList();
    return () -> lanes.forEach(Dependencies.Watch::close);
  }

  private static PipelineResult run(KafkaSettings kafka, Toolbox toolbox, PipelineOptions options) {
    Pipeline pipeline = Pipeline.create(options);
    build(pipeline, kafka, toolbox);
    return pipeline.run();
  }

  static void build(Pipeline pipeline, KafkaSettings kafka, Toolbox toolbox) {
    PCollection<RawOrder> orders =
        PCollectionList.of(read(pipeline, kafka, "orders", RenderLane.INTERACTIVE))
            .and(read(pipeline, kafka, "bulk orders", RenderLane.BULK))
            .apply("Orders of both lanes", Flatten.pCollections());
    WithFailures.Result<PCollection<RenderResult>, DeadLetter> served =
        RenderJob.serve(orders, RenderJob.Rendering.with(toolbox).ofOutbox());
    served
        .output()
        .apply(
            "Encode results",
            MapElements.into(new TypeDescriptor<KV<byte[], byte[]>>() {})
                .via(
                    result ->
                        KV.of(
                            result.renderId().toString().getBytes(StandardCharsets.UTF_8),
                            Json.bytes(result))))
        .setCoder(KvCoder.of(ByteArrayCoder.of(), ByteArrayCoder.of()))
        .apply(
            "Tell results",
            KafkaIO.<byte[], byte[]>write()
                .withBootstrapServers(kafka.bootstrapServers())
                .withTopic(Topics.RENDER_RESULTS)
                .withKeySerializer(ByteArraySerializer.class)
                .withValueSerializer(ByteArraySerializer.class)
                .withProducerConfigUpdates(KafkaSettings.durable())
                .withProducerConfigUpdates(Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd")));
    served
        .failures()
        .apply("Dead letters", WriteDeadLetters.to(kafka, Topics.MEDIA_EVENTS_REJECTED));
  }

  /** The relay that writes both lanes decides in which order and how many are on their way. */
  private static PCollection<RawOrder> read(
      Pipeline pipeline, KafkaSettings kafka, String what, RenderLane lane) {
    return pipeline
        .apply("Read " + what, ReadRecords.from(kafka, lane.topic(), GROUP))
        .apply("Drop openings of " + what, Filter.by(record -> !ReadRecords.isOpening(record)))
        .apply(
            "Take the bytes of " + what,
            MapElements.into(TypeDescriptor.of(RawOrder.class)).via(RawOrder::of))
        .setCoder(JsonCoder.of(RawOrder.class));
  }

  /** A bundle is one element, and a checkpoint may wait for the longest order. */
  private static FlinkPipelines.Stream stream(Toolbox toolbox) {
    return new FlinkPipelines.Stream(
        NAME,
        new FlinkPipelines.Bundles(1, Optional.empty()),
        Optional.of(toolbox.longestOrder().multipliedBy(2)),
        true,
        EXCHANGE);
  }
}
