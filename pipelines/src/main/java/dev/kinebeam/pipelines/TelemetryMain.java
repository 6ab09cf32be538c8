package dev.kinebeam.pipelines;

import java.util.concurrent.Callable;
import org.apache.beam.sdk.PipelineResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Submits the telemetry job to a Flink cluster, or runs it on one inside this process. */
@Command(
    name = "telemetry",
    mixinStandardHelpOptions = true,
    description = "Turns media events into one row per session and one per stall.",
    footer = {
      "",
      "Durations are ISO 8601: PT10S, PT30M, P1D.",
      "The password comes from the environment: DATABASE_PASSWORD.",
      "Exit status: 0 submitted or stopped, 1 failure, 2 wrong usage or configuration."
    })
public final class TelemetryMain implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(TelemetryMain.class);

  @Spec private CommandSpec spec;
  @Mixin private TelemetryOptions options;

  public static void main(String[] args) {
    System.exit(new CommandLine(new TelemetryMain()).execute(args));
  }

  @Override
  public Integer call() {
    TelemetrySettings settings;
    FlinkSettings flink;
    try {
      settings = options.settings(System.getenv());
      flink = options.flink();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "telemetry: " + e.getMessage(), e);
    }
    LOG.info("configuration: {}, {}", settings, flink);
    if (flink.master().equals(TelemetryJob.HERE)) {
      return TelemetryJob.runHere(settings, flink) == PipelineResult.State.DONE ? 0 : 1;
    }
    TelemetryJob.submit(settings, flink, options.jars());
    spec.commandLine().getOut().printf("telemetry submitted to %s%n", flink.master());
    return 0;
  }
}
