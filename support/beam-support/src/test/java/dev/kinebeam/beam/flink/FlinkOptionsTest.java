package dev.kinebeam.beam.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.beam.ReadRecords;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class FlinkOptionsTest {
  private static final List<String> HERE = List.of(FlinkSettings.HERE);

  /** A command with both groups of flags. */
  @Command
  private static final class Job implements Runnable {
    @Mixin private final FlinkOptions flink = new FlinkOptions();
    @Mixin private final FlinkStreamOptions stream = new FlinkStreamOptions();

    static Job of(String... arguments) {
      Job job = new Job();
      new CommandLine(job).parseArgs(arguments);
      return job;
    }

    @Override
    public void run() {
      throw new UnsupportedOperationException("only its flags are of interest");
    }

    FlinkSettings settings(Map<String, String> environment) {
      return stream.complete(flink.stream(environment, HERE));
    }
  }

  @Test
  void aStreamRunsWhereTheFlagSaysElseTheEnvironmentElseHere() {
    Map<String, String> environment = Map.of("FLINK_MASTER", "flink:8081");
    assertThat(Job.of("--flink-master=other:1").settings(environment).master())
        .isEqualTo("other:1");
    assertThat(Job.of().settings(environment).master()).isEqualTo("flink:8081");
    assertThat(Job.of().settings(Map.of()).isHere()).isTrue();
  }

  @Test
  void checkpointsHaveALocalFolderOnlyWhereNoClusterHasOne() {
    FlinkSettings here = Job.of("--checkpoint-every=PT3S").settings(Map.of());
    assertThat(here.checkpointEvery()).isEqualTo(Duration.ofSeconds(3));
    assertThat(here.checkpointDir().orElseThrow()).startsWith("file:/").endsWith("checkpoints");
    assertThat(Job.of("--flink-master=a:1").settings(Map.of()).checkpointDir()).isEmpty();
    assertThat(Job.of("--checkpoint-dir=s3://b/c").settings(Map.of()).checkpointDir())
        .hasValue("s3://b/c");
  }

  @Test
  void aBatchRunsOnFlinkOnlyWhereOneIsNamed() {
    assertThat(Job.of().flink.batch(HERE)).isEmpty();
    assertThat(Job.of("--flink-master=a:1", "--parallelism=9").flink.batch(HERE))
        .hasValue(FlinkSettings.on("a:1", 9));
    assertThatThrownBy(() -> Job.of("--jars=a.jar").flink.batch(HERE))
        .hasMessageContaining("--jars is given")
        .hasMessageContaining("--flink-master HOST:PORT");
    assertThatThrownBy(() -> Job.of("--flink-master=[local]").flink.batch(List.of()))
        .hasMessage("--flink-master is [local]; it must be HOST:PORT");
  }

  @Test
  void aWrongFlagIsNamedWithItsValueAndWhatItMustBe() {
    assertThatThrownBy(() -> Job.of("--flink-master=nowhere").settings(Map.of()))
        .hasMessage("--flink-master is nowhere; it must be HOST:PORT or [local]");
    assertThatThrownBy(() -> Job.of("--parallelism=0").settings(Map.of()))
        .hasMessageContaining("--parallelism is 0")
        .hasMessageContaining("from 1 to " + ReadRecords.MAX_PARALLELISM);
    assertThatThrownBy(() -> Job.of("--checkpoint-every=PT0S").settings(Map.of()))
        .hasMessageContaining("--checkpoint-every is PT0S");
    assertThatThrownBy(() -> Job.of("--parallelism=0").flink.parallelism(4))
        .hasMessage("--parallelism is 0; it must be 1 or more");
  }

  @Test
  void aPageNeedsAFlinkInThisProcess() {
    assertThat(Job.of().settings(Map.of()).ui()).isEmpty();
    assertThat(Job.of("--flink-ui=0").settings(Map.of()).ui()).hasValue(0);
    assertThatThrownBy(() -> Job.of("--flink-ui=65536").settings(Map.of()))
        .hasMessageContaining("--flink-ui is 65536");
    assertThatThrownBy(() -> Job.of("--flink-ui=8081", "--flink-master=a:1").settings(Map.of()))
        .hasMessageContaining("--flink-ui is 8081")
        .hasMessageContaining("--flink-master [local]");
    assertThatThrownBy(() -> Job.of("--flink-ui=8081").stream.requireNoPage())
        .hasMessageContaining("--flink-ui is 8081");
  }
}
