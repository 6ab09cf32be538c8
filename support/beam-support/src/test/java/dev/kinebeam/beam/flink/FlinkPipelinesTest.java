package dev.kinebeam.beam.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class FlinkPipelinesTest {
  private static final FlinkSettings CLUSTER = FlinkSettings.on("flink:8081", 3);
  private static final FlinkPipelines.Stream JOB =
      new FlinkPipelines.Stream(
          "job",
          new FlinkPipelines.Bundles(7, Optional.of(Duration.ofMillis(50))),
          Optional.of(Duration.ofMinutes(2)),
          false,
          Exchange.FULL_BUFFERS);

  @Test
  void aStreamKeepsItsCheckpointsAndResumesFromThem() {
    FlinkPipelineOptions options =
        stream(
            CLUSTER
                .checkpointingEvery(Duration.ofSeconds(5))
                .checkpointingTo("file:///checkpoints")
                .restoring(Optional.of("file:///savepoint")));
    assertThat(options.getParallelism()).isEqualTo(3);
    assertThat(options.getObjectReuse()).isTrue();
    assertThat(options.getCheckpointingInterval()).isEqualTo(5_000);
    assertThat(options.getCheckpointTimeoutMillis()).isEqualTo(120_000);
    assertThat(options.getStateBackendStoragePath()).isEqualTo("file:///checkpoints");
    assertThat(options.getRetainExternalizedCheckpointsOnCancellation()).isTrue();
    assertThat(options.getSavepointPath()).isEqualTo("file:///savepoint");
    assertThat(options.getShutdownSourcesAfterIdleMs()).isZero();
    assertThat(options.getMaxBundleSize()).isEqualTo(7);
    assertThat(options.getMaxBundleTimeMills()).isEqualTo(50);
    assertThat(options.getDisableMetrics()).isTrue();
  }

  @Test
  void aClusterGetsTheJarsOrAnEmptyOneInPlaceOfTheWholeClassPath() {
    FlinkPipelineOptions sent =
        FlinkPipelines.stream(JOB, CLUSTER, List.of("a.jar"), false).as(FlinkPipelineOptions.class);
    assertThat(sent.getFlinkMaster()).isEqualTo("flink:8081");
    assertThat(sent.getFilesToStage()).containsExactly("a.jar");
    assertThat(stream(CLUSTER).getFilesToStage()).singleElement().asString().endsWith(".jar");
    FlinkPipelineOptions here = stream(FlinkSettings.here(2));
    assertThat(here.getFlinkMaster()).isEqualTo(InProcessFlink.MASTER);
    assertThat(here.getFilesToStage()).isEmpty();
  }

  @Test
  void aStreamOfOrdersSendsEachElementAtOnce() throws Exception {
    FlinkPipelines.Stream orders =
        new FlinkPipelines.Stream(
            "orders",
            new FlinkPipelines.Bundles(1, Optional.empty()),
            Optional.empty(),
            true,
            Exchange.AT_ONCE);
    FlinkPipelineOptions options =
        FlinkPipelines.stream(orders, CLUSTER, List.of(), false).as(FlinkPipelineOptions.class);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(
            GlobalConfiguration.loadConfiguration(options.getFlinkConfDir()));
    assertThat(environment.getBufferTimeout()).isZero();
    assertThat(options.getAutoWatermarkInterval()).isEqualTo(20);
    assertThat(stream(CLUSTER).getFlinkConfDir()).isNull();
    assertThat(stream(CLUSTER).getAutoWatermarkInterval()).isEqualTo(200);
  }

  @Test
  void aBatchThatAClusterCannotRunFailsAfterAFewRestarts() throws Exception {
    FlinkPipelineOptions options =
        FlinkPipelines.batch("batch", CLUSTER, List.of(), Map.of()).as(FlinkPipelineOptions.class);
    assertThat(options.isStreaming()).isFalse();
    assertThat(options.getObjectReuse()).isTrue();
    assertThat(Files.readString(Path.of(options.getFlinkConfDir(), "config.yaml")))
        .contains("restart-strategy.type: fixed-delay");
    InProcessFlink.Settings here =
        FlinkPipelines.cluster(FlinkSettings.here(4).withPage(OptionalInt.of(0)), Restarts.FEW);
    assertThat(here.slots()).isEqualTo(4);
    assertThat(here.page()).hasValue(0);
  }

  @Test
  void aJobWithoutBeamIsSetUpAlike() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment();
    FlinkPipelines.configure(environment, CLUSTER);
    assertThat(environment.getParallelism()).isEqualTo(3);
    assertThat(environment.getConfig().isObjectReuseEnabled()).isTrue();
    assertThat(environment.getConfig().getAutoWatermarkInterval())
        .isEqualTo(stream(CLUSTER).getAutoWatermarkInterval());
    assertThat(environment.getCheckpointInterval()).isEqualTo(10_000);
  }

  private static FlinkPipelineOptions stream(FlinkSettings flink) {
    return FlinkPipelines.stream(JOB, flink, List.of(), false).as(FlinkPipelineOptions.class);
  }
}
