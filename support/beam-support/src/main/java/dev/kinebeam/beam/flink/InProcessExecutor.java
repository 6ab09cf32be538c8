package dev.kinebeam.beam.flink;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.deployment.executors.PipelineExecutorUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient.JobFinalizationBehavior;

/** Hands jobs to a cluster of this process by a method call, without its REST interface. */
final class InProcessExecutor
    implements PipelineExecutorServiceLoader, PipelineExecutorFactory, PipelineExecutor {
  static final String NAME = "kinebeam-in-process";

  private final MiniCluster cluster;
  private final BooleanSupplier stopping;

  /**
   * Hands jobs to this cluster.
   *
   * @param stopping whether a job is cancelled as soon as the cluster has it
   */
  InProcessExecutor(MiniCluster cluster, BooleanSupplier stopping) {
    this.cluster = cluster;
    this.stopping = stopping;
  }

  @Override
  public CompletableFuture<JobClient> execute(
      Pipeline pipeline, Configuration configuration, ClassLoader classes) throws Exception {
    JobGraph job = PipelineExecutorUtils.getJobGraph(pipeline, configuration, classes);
    return cluster
        .submitJob(job)
        .thenCompose(
            submitted ->
                stopping.getAsBoolean()
                    ? cluster.cancelJob(submitted.getJobID()).thenApply(cancelled -> submitted)
                    : CompletableFuture.completedFuture(submitted))
        .thenApply(
            submitted ->
                new MiniClusterJobClient(
                    submitted.getJobID(), cluster, classes, JobFinalizationBehavior.NOTHING));
  }

  @Override
  public PipelineExecutorFactory getExecutorFactory(Configuration configuration) {
    return this;
  }

  @Override
  public Stream<String> getExecutorNames() {
    return Stream.of(NAME);
  }

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public boolean isCompatibleWith(Configuration configuration) {
    return true;
  }

  @Override
  public PipelineExecutor getExecutor(Configuration configuration) {
    return this;
  }
}
