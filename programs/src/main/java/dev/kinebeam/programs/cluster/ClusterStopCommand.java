package dev.kinebeam.programs.cluster;

import dev.kinebeam.programs.flink.FlinkRest;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
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
      "Stop every job with a savepoint, and then the processes.",
      "The next 'cluster submit' resumes from there. When a savepoint cannot be written nothing is"
          + " stopped."
    })
final class ClusterStopCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterHome home;

  @Option(
      names = "--no-savepoint",
      description = "Stop at once; jobs continue from their newest checkpoint the next time.")
  private boolean withoutSavepoint;

  @Option(
      names = "--savepoint-within",
      paramLabel = "DURATION",
      defaultValue = "PT1M",
      description = "How long each savepoint may take (default: ${DEFAULT-VALUE}).")
  private Duration savepointWithin;

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
    stopJobs(cluster, out);
    if (!jobsOnly) {
      cluster.stopProcesses();
      out.println("the cluster has stopped");
    }
    out.flush();
    return 0;
  }

  private void stopJobs(FlinkCluster cluster, PrintWriter out) throws IOException {
    FlinkRest rest = cluster.rest();
    if (!rest.answers()) {
      String lost = "no JobManager answers at " + cluster.page();
      if (jobsOnly) {
        throw new IOException(
            lost + ", so no job can be stopped; 'kinebeam cluster start' starts it again");
      }
      out.println(lost + "; the jobs continue from their newest checkpoints");
      return;
    }
    for (FlinkRest.Job job : rest.jobs().stream().filter(FlinkRest.Job::isLive).toList()) {
      out.printf("%s is being stopped …%n", job.name());
      out.flush();
      if (withoutSavepoint) {
        cluster.cancelJob(job);
        out.printf("%s stopped without a savepoint%n", job.name());
      } else {
        String savepoint = cluster.stopJob(job, savepointWithin);
        out.printf("%s stopped; savepoint: %s%n", job.name(), savepoint);
      }
    }
  }
}
