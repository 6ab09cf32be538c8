package dev.kinebeam.programs.cluster;

import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.pipelines.TelemetryMain;
import dev.kinebeam.programs.process.ProgramRole;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code cluster submit telemetry}. */
@Command(
    name = "telemetry",
    mixinStandardHelpOptions = true,
    description = {
      "Submit the telemetry job with its classes.",
      "It resumes from its newest savepoint or complete",
      "checkpoint in DATA-DIR/flink-cluster unless --fresh."
    },
    footer = {
      "",
      "Takes every flag of 'kinebeam telemetry' too. What the environment does not say (Kafka, the",
      "database and its password) is read from DATA-DIR/env/pipeline.env, which a stack writes.",
      "Exit status: 0 the job runs, 1 failure, 2 wrong usage or configuration."
    })
final class SubmitTelemetryCommand implements Callable<Integer> {
  private static final Map<String, String> FLAGS =
      Map.of(
          "KAFKA_BOOTSTRAP_SERVERS", "--kafka-bootstrap-servers",
          "DATABASE_URL", "--database-url",
          "DATABASE_USER", "--database-user");

  @Spec private CommandSpec spec;
  @Mixin private ClusterHome home;

  @Option(
      names = "--fresh",
      description = {
        "Begin without a saved state. Give a new --group too, or sessions that run now stay",
        "incomplete."
      })
  private boolean fresh;

  @Unmatched private List<String> telemetryFlags = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    FlinkCluster cluster = home.running(out);
    cluster.requireNone(TelemetryJob.NAME);
    Map<String, String> environment = home.environment(ProgramRole.PIPELINE);
    int exit =
        ClusterHome.run(new TelemetryMain(environment), spec, arguments(cluster, environment, out));
    if (exit == 0) {
      cluster.awaitRunning(TelemetryJob.NAME);
      out.printf("telemetry runs; its page: %s%n", cluster.page());
      out.flush();
    }
    return exit;
  }

  /** Ours come first, so that the caller's overrule them. */
  private List<String> arguments(
      FlinkCluster cluster, Map<String, String> environment, PrintWriter out) throws IOException {
    List<String> arguments = new ArrayList<>();
    FLAGS.forEach(
        (variable, flag) -> {
          if (environment.containsKey(variable)) {
            arguments.add(flag + "=" + environment.get(variable));
          }
        });
    arguments.add("--flink-master=" + cluster.master());
    arguments.add("--checkpoint-dir=" + cluster.checkpoints(TelemetryJob.NAME));
    arguments.add("--jars=" + String.join(",", FlinkCluster.telemetryJars()));
    Optional<Path> state = fresh ? Optional.empty() : cluster.newestState(TelemetryJob.NAME);
    if (state.isPresent()) {
      out.printf("resuming from %s%n", state.get());
      out.flush();
      arguments.add("--restore-from=" + state.get());
    }
    arguments.addAll(telemetryFlags);
    return arguments;
  }
}
