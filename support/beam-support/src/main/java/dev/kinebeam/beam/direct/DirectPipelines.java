package dev.kinebeam.beam.direct;

import dev.kinebeam.beam.files.S3Files;
import java.util.Map;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** The options of every batch that runs in this process without Flink. */
public final class DirectPipelines {
  private DirectPipelines() {}

  /**
   * Beam in this process; its submission returns at once.
   *
   * @param threads how many share the work
   * @param environment the {@code S3_…} settings, for files in an object store
   */
  public static PipelineOptions batch(int threads, Map<String, String> environment) {
    DirectOptions options =
        S3Files.configure(PipelineOptionsFactory.as(DirectOptions.class), environment);
    options.setRunner(DirectRunner.class);
    options.setTargetParallelism(threads);
    options.setBlockOnRun(false);
    // Values are immutable throughout; proving it again would cost half the time.
    options.setEnforceImmutability(false);
    options.setEnforceEncodability(false);
    return options;
  }

  /** Whether these options are for this process alone. */
  public static boolean isDirect(PipelineOptions options) {
    return options.getRunner().equals(DirectRunner.class);
  }
}
