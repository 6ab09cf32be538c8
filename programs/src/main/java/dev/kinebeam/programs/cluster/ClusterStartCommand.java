package dev.kinebeam.programs.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cluster start}. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "Start what of the cluster does not run, and wait until all of it does.",
      "Run it again to replace processes that were lost; jobs lost with a JobManager are submitted",
      "again with 'cluster submit' and resume from their newest checkpoint."
    })
final class ClusterStartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterHome home;

  @Option(
      names = "--task-managers",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many workers, of two slots each (default: ${DEFAULT-VALUE}).")
  private int taskManagers;

  @Override
  public Integer call() throws IOException {
    if (taskManagers < 1 || taskManagers > FlinkCluster.MAX_TASK_MANAGERS) {
      throw new ParameterException(
          spec.commandLine(),
          "--task-managers is %d; it must lie in 1 to %d"
              .formatted(taskManagers, FlinkCluster.MAX_TASK_MANAGERS));
    }
    PrintWriter out = spec.commandLine().getOut();
    FlinkCluster cluster = home.cluster(out);
    cluster.start(taskManagers);
    out.printf("Flink runs with %d task managers; its page: %s%n", taskManagers, cluster.page());
    out.flush();
    return 0;
  }
}
