package dev.kinebeam.render.job;

import dev.kinebeam.beam.EmptyJar;
import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.ReadRecords;
import dev.kinebeam.beam.StopSignal;
import dev.kinebeam.beam.WriteDeadLetters;
import dev.kinebeam.beam.files.S3Files;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.Restarts;
import dev.kinebeam.program.kafka.KafkaGroup;
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
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.options.PipelineOptions.CheckEnabled;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The job without end: orders from {@code compose-requests}, results to {@code render-results},
 * records that are not orders to the dead letters.
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
  private static final long WATERMARK_MS = 200;

  private StreamingRenders() {}

  /**
   * Submits the job to a running cluster whose processes have its classes on their class path, and
   * returns at once.
   */
  public static PipelineResult submit(String kafka, Toolbox toolbox, FlinkTarget flink) {
    return submit(kafka, toolbox, flink, EmptyJar.toStage());
  }

  /**
   * Submits the job together with its classes and returns at once.
   *
   * @param jars everything but Flink's own and slf4j's classes
   */
  public static PipelineResult submit(
      String kafka, Toolbox toolbox, FlinkTarget flink, List<String> jars) {
    FlinkPipelineOptions options = options(flink, toolbox);
    options.setFilesToStage(jars);
    options.setAttachedMode(false);
    return run(kafka, toolbox, options);
  }

  /** Submits the job to a cluster inside this process and returns at once. */
  public static PipelineResult submit(
      String kafka, Toolbox toolbox, FlinkTarget flink, InProcessFlink here) {
    FlinkPipelineOptions options = optionsHere(flink, toolbox);
    options.setAttachedMode(false);
    return here.submit(Optional.empty(), () -> run(kafka, toolbox, options));
  }

  /**
   * Runs the job in a cluster inside this process; returns when it has ended.
   *
   * @param stop cancels it: orders that are under way give up their claims, and are served by the
   *     next run
   * @throws IOException when the cluster does not start
   */
  public static PipelineResult.State runHere(
      String kafka, Toolbox toolbox, FlinkTarget flink, StopSignal stop) throws IOException {
    InProcessFlink.Settings cluster =
        InProcessFlink.Settings.of(flink.parallelism(), Restarts.ALWAYS).withPage(flink.ui());
    try (InProcessFlink here = InProcessFlink.start(cluster)) {
      FlinkPipelineOptions options = optionsHere(flink, toolbox);
      return here.run(Optional.empty(), () -> run(kafka, toolbox, options).waitUntilFinish(), stop)
          .orElse(PipelineResult.State.CANCELLED);
    }
  }

  private static FlinkPipelineOptions optionsHere(FlinkTarget flink, Toolbox toolbox) {
    FlinkPipelineOptions options = options(flink, toolbox);
    options.setFlinkMaster(InProcessFlink.MASTER);
    options.setFilesToStage(List.of());
    return options;
  }

  /** Watches the orders that the job reads, from this process, until closed. */
  public static Dependencies.Watch watch(String kafka) {
    return new KafkaGroup(kafka, Topics.COMPOSE_REQUESTS, GROUP).watch();
  }

  private static PipelineResult run(String kafka, Toolbox toolbox, FlinkPipelineOptions options) {
    Pipeline pipeline = Pipeline.create(options);
    build(pipeline, kafka, toolbox);
    return pipeline.run();
  }

  static void build(Pipeline pipeline, String kafka, Toolbox toolbox) {
    PCollection<RawOrder> orders =
        pipeline
            .apply("Read orders", ReadRecords.from(kafka, Topics.COMPOSE_REQUESTS, GROUP))
            .apply("Drop openings", Filter.by(record -> !ReadRecords.isOpening(record)))
            .apply(
                "Take the bytes",
                MapElements.into(TypeDescriptor.of(RawOrder.class)).via(RawOrder::of))
            .setCoder(JsonCoder.of(RawOrder.class));
    WithFailures.Result<PCollection<RenderResult>, DeadLetter> served =
        RenderJob.serve(orders, RenderJob.Rendering.with(toolbox));
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
                .withBootstrapServers(kafka)
                .withTopic(Topics.RENDER_RESULTS)
                .withKeySerializer(ByteArraySerializer.class)
                .withValueSerializer(ByteArraySerializer.class)
                .withProducerConfigUpdates(
                    Map.of(
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd")));
    served
        .failures()
        .apply("Dead letters", WriteDeadLetters.to(kafka, Topics.MEDIA_EVENTS_REJECTED));
  }

  private static FlinkPipelineOptions options(FlinkTarget flink, Toolbox toolbox) {
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
    options.setCheckpointTimeoutMillis(toolbox.longestOrder().multipliedBy(2).toMillis());
    flink
        .checkpointDir()
        .ifPresent(
            dir -> {
              options.setStateBackend("filesystem");
              options.setStateBackendStoragePath(dir);
            });
    options.setExternalizedCheckpointsEnabled(true);
    options.setRetainExternalizedCheckpointsOnCancellation(true);
    options.setStableUniqueNames(CheckEnabled.ERROR);
    options.setAutoWatermarkInterval(WATERMARK_MS);
    // Safe, since every value that is kept or passed on is immutable. Never fasterCopy.
    options.setObjectReuse(true);
    options.setMaxBundleSize(1L);
    return options;
  }
}
