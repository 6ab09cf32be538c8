package dev.kinebeam.programs.cluster;

import dev.kinebeam.programs.flink.FlinkRest;
import dev.kinebeam.programs.process.Daemon;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cluster status}: exit 0 when a cluster runs, else 1. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show which processes and jobs run. Exit status 1 when no JobManager answers.")
final class ClusterStatusCommand implements Callable<Integer> {
  private static final int AWAY = 1;

  @Spec private CommandSpec spec;
  @Mixin private ClusterHome home;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    FlinkCluster cluster = home.cluster(out);
    List<Daemon> processes = cluster.processes();
    for (Daemon process : processes) {
      out.printf("%-16s pid %d, log %s%n", process.name(), process.process().pid(), process.log());
    }
    if (processes.isEmpty() || !cluster.rest().answers()) {
      out.println("no JobManager answers; 'kinebeam cluster start' starts it");
      out.flush();
      return AWAY;
    }
    out.printf("page             %s%n", cluster.page());
    for (FlinkRest.Job job : cluster.rest().jobs()) {
      out.printf(
          "job              %s %s %s, %s%n", job.name(), job.id(), job.state(), job.tasksAtWork());
    }
    out.flush();
    return 0;
  }
}
