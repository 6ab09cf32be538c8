package dev.kinebeam.localstack.cluster;

import dev.kinebeam.localstack.flink.FlinkRest;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cluster stop}. */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = {
      "Stop every job with a savepoint, and then the processes. The next 'cluster submit' goes on",
      "from there. When a savepoint cannot be written nothing is stopped."
    })
final class ClusterStopCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterHome home;

  @Option(
      names = "--no-savepoint",
      description = "Stop at once; jobs go on from their newest checkpoint the next time.")
  private boolean withoutSavepoint;

  @Option(names = "--jobs-only", description = "Stop the jobs and leave the processes.")
  private boolean jobsOnly;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    FlinkCluster cluster = home.cluster(out);
    if (cluster.processes().isEmpty()) {
      out.println("no cluster runs");
      out.flush();
      return 0;
    }
    if (!withoutSavepoint && cluster.rest().answers()) {
      for (FlinkRest.Job job : cluster.rest().jobs()) {
        if (job.isLive()) {
          out.printf("%s is being stopped …%n", job.name());
          out.flush();
          out.printf("%s stopped; savepoint: %s%n", job.name(), cluster.stopJob(job));
        }
      }
    }
    if (!jobsOnly) {
      cluster.stopProcesses();
      out.println("the cluster has stopped");
    }
    out.flush();
    return 0;
  }
}
