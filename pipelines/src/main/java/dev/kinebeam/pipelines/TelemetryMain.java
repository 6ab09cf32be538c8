package dev.kinebeam.pipelines;

import dev.kinebeam.beam.StopSignal;
import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.program.kafka.KafkaGroup;
import dev.kinebeam.program.observability.AdminOptions;
import dev.kinebeam.program.observability.AdminServer;
import dev.kinebeam.program.observability.Dependencies;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
      "Exit status: 0 submitted, or stopped by SIGTERM or Ctrl-C; 1 failure, 2 wrong usage or"
          + " configuration."
    })
public final class TelemetryMain implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(TelemetryMain.class);
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);

  private static final int USUAL_ADMIN_PORT = 9402;

  @Spec private CommandSpec spec;
  @Mixin private AdminOptions admin;
  @Mixin private TelemetryOptions options;

  private final Map<String, String> environment;

  public TelemetryMain() {
    this(System.getenv());
  }

  /** The same command with the password in another environment than this process's. */
  public TelemetryMain(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new TelemetryMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    TelemetrySettings settings;
    FlinkSettings flink;
    try {
      settings = options.settings(environment);
      flink = options.flink(environment);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "telemetry: " + e.getMessage(), e);
    }
    LOG.info("configuration: {}, {}", settings, flink);
    if (flink.restoreFrom().isEmpty()) {
      CommittedOffsets.warning(settings.source()).ifPresent(this::warn);
    }
    if (flink.isHere()) {
      return runHere(settings, flink);
    }
    try {
      TelemetryJob.submit(settings, flink, options.jars());
    } catch (RuntimeException e) {
      Optional<String> refusal = UnusableState.refusal(e, flink.restoreFrom());
      if (refusal.isEmpty()) {
        throw e;
      }
      LOG.debug("the state cannot be used", e);
      spec.commandLine().getErr().println("telemetry: " + refusal.get());
      return 1;
    }
    spec.commandLine().getOut().printf("telemetry submitted to %s%n", flink.master());
    return 0;
  }

  /** What the job's steps watch too is watched from the start: it is not ready without them. */
  @SuppressWarnings("try") // they are at work while they are open
  private int runHere(TelemetrySettings settings, FlinkSettings flink) throws IOException {
    TelemetrySettings.Source source = settings.source();
    StopSignal stop = StopSignal.install(STOPPED_WITHIN);
    KafkaGroup reading = new KafkaGroup(source.kafka(), source.topic(), source.group());
    try (AdminServer health = admin.address().start("telemetry", USUAL_ADMIN_PORT);
        Dependencies.Watch events = reading.watch();
        Dependencies.Watch rows =
            settings.database().watch(Dependencies.PROCESS, "rows of sessions")) {
      PipelineResult.State end = TelemetryJob.runHere(settings, flink, stop);
      return end == PipelineResult.State.DONE || stop.isRequested() ? 0 : 1;
    }
  }

  private void warn(String warning) {
    LOG.warn(warning);
    spec.commandLine().getErr().println("telemetry: " + warning);
  }
}
