package dev.kinebeam.beam.flink;

import dev.kinebeam.beam.StopSignal;
import dev.kinebeam.program.observability.flink.JobMetricsFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.flink.client.program.ContextEnvironment;
import org.apache.flink.client.program.StreamContextEnvironment;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink cluster inside this process. It listens on 127.0.0.1 only: its blob server on a free
 * port, and a read-only page where one is asked for. Jobs are submitted by {@link #submit}, from
 * this process and no other; their classes are those of this process. Where {@code FLINK_CONF_DIR}
 * is set, the configuration in that folder applies as far as nothing here contradicts it.
 */
public final class InProcessFlink implements AutoCloseable {
  /** Beam's name of the cluster around the program, which {@link #submit} makes this one. */
  public static final String MASTER = "[auto]";

  private static final String LOOPBACK = "127.0.0.1";

  private final LoopbackMiniCluster cluster;
  private final Optional<URI> page;
  private volatile boolean stopping;

  /**
   * How the cluster is started.
   *
   * @param slots the sum of all jobs' parallelism
   * @param restarts what a job without a strategy of its own does after a failure
   * @param page the port of the read-only page; 0 for a free one, empty for no REST server
   * @param folder takes temporary files, and the checkpoints of jobs that name no other place;
   *     empty for the system's temporary folder, and for jobs that name one
   */
  public record Settings(int slots, Restarts restarts, OptionalInt page, Optional<Path> folder) {
    /** Without a page. */
    public static Settings of(int slots, Restarts restarts) {
      return new Settings(slots, restarts, OptionalInt.empty(), Optional.empty());
    }

    /** The same with a page on this port, if there is one. */
    public Settings withPage(OptionalInt port) {
      return new Settings(slots, restarts, port, folder);
    }

    /** The same with its files here. */
    public Settings in(Path directory) {
      return new Settings(slots, restarts, page, Optional.of(directory.toAbsolutePath()));
    }
  }

  /** Builds a job and submits it, in the thread that calls. */
  @FunctionalInterface
  public interface Submission<T, E extends Exception> {
    T submit() throws E;
  }

  private InProcessFlink(LoopbackMiniCluster cluster, Optional<URI> page) {
    this.cluster = cluster;
    this.page = page;
  }

  /**
   * Starts the cluster; it takes jobs when this returns.
   *
   * @throws IOException when it does not start; names the page's port when that is in use
   */
  public static InProcessFlink start(Settings settings) throws IOException {
    LoopbackMiniCluster cluster =
        new LoopbackMiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration(settings))
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(settings.slots())
                .build(),
            settings.page().isPresent());
    try {
      cluster.start();
      Optional<URI> page =
          settings.page().isPresent()
              ? Optional.of(cluster.getRestAddress().get())
              : Optional.empty();
      return new InProcessFlink(cluster, page);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped(cluster, new IOException("interrupted while Flink was starting", e));
    } catch (Exception e) { // what MiniCluster declares
      throw stopped(cluster, failure(settings, e));
    }
  }

  /**
   * Whether Flink runs this program, so that {@link #MASTER} means a cluster. Elsewhere Flink would
   * start one of its own for it, with a REST server on all interfaces that takes jars.
   */
  public static boolean isAround() {
    return !(StreamExecutionEnvironment.getExecutionEnvironment()
        instanceof LocalStreamEnvironment);
  }

  static Configuration configuration(Settings settings) throws IOException {
    Configuration flink = GlobalConfiguration.loadConfiguration();
    flink.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
    settings.restarts().flink().forEach(flink::setString);
    if (settings.folder().isPresent()) {
      Path folder = settings.folder().get();
      Files.createDirectories(folder.resolve("tmp"));
      flink.set(CoreOptions.TMP_DIRS, folder.resolve("tmp").toString());
      // The default store, the JobManager's memory, fails above 5 MB of state.
      flink.set(
          CheckpointingOptions.CHECKPOINTS_DIRECTORY,
          folder.resolve("checkpoints").toUri().toString());
    }
    flink.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, "parent-first");
    // Beam's and the pool's threads still load classes while a class loader is being closed.
    flink.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false);
    // Into the metrics of this process, whose program has an admin port or has none.
    flink.setString("metrics.reporter.kinebeam.factory.class", JobMetricsFactory.class.getName());
    flink.setString("metrics.reporter.kinebeam.interval", "2 s");
    flink.setString("metrics.reporter.kinebeam.port", "none");
    flink.set(JobManagerOptions.ADDRESS, LOOPBACK);
    flink.set(JobManagerOptions.BIND_HOST, LOOPBACK);
    flink.set(TaskManagerOptions.HOST, LOOPBACK);
    flink.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
    flink.set(RestOptions.ADDRESS, LOOPBACK);
    flink.set(RestOptions.BIND_ADDRESS, LOOPBACK);
    flink.set(RestOptions.PORT, settings.page().orElse(0));
    flink.set(RestOptions.BIND_PORT, Integer.toString(settings.page().orElse(0)));
    // Without them Flink warns at every start that there are none to renew.
    flink.set(SecurityOptions.DELEGATION_TOKENS_ENABLED, false);
    flink.set(WebOptions.SUBMIT_ENABLE, false);
    flink.set(WebOptions.CANCEL_ENABLE, false);
    flink.set(WebOptions.RESCALE_ENABLE, false);
    return flink;
  }

  private static IOException failure(Settings settings, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException && settings.page().orElse(0) != 0) {
        return new IOException(
            "--flink-ui is %d, which is in use on 127.0.0.1; give another port, or 0 for a free one"
                .formatted(settings.page().getAsInt()),
            e);
      }
    }
    return new IOException("Flink does not start: " + e.getMessage(), e);
  }

  private static IOException stopped(LoopbackMiniCluster cluster, IOException failure) {
    try {
      cluster.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure.addSuppressed(e);
    } catch (Exception e) { // what MiniCluster declares
      failure.addSuppressed(e);
    }
    return failure;
  }

  /**
   * Makes this cluster the one that {@link #MASTER} means in this thread, for as long as the
   * submission takes.
   *
   * @param restoreFrom the savepoint or checkpoint whose state the job continues from
   * @param exchange between the job's tasks
   */
  public <T, E extends Exception> T submit(
      Optional<String> restoreFrom, Exchange exchange, Submission<T, E> submission) throws E {
    Configuration client = new Configuration();
    exchange.flink().forEach(client::setString);
    client.set(DeploymentOptions.TARGET, InProcessExecutor.NAME);
    client.set(DeploymentOptions.ATTACHED, true);
    SavepointRestoreSettings.toConfiguration(
        restoreFrom
            .map(SavepointRestoreSettings::forPath)
            .orElseGet(SavepointRestoreSettings::none),
        client);
    InProcessExecutor executor = new InProcessExecutor(cluster, () -> stopping);
    ClassLoader classes = Thread.currentThread().getContextClassLoader();
    StreamContextEnvironment.setAsContext(executor, client, classes, false, false);
    ContextEnvironment.setAsContext(executor, client, classes, false, false);
    try {
      return submission.submit();
    } finally {
      ContextEnvironment.unsetAsContext();
      StreamContextEnvironment.unsetAsContext();
    }
  }

  /**
   * Runs a job until it ends or the program is asked to stop, which cancels it.
   *
   * @param exchange between the job's tasks
   * @param submission waits for the end of the job, and throws the reason when it fails
   * @return what the submission returns; empty when the program was asked to stop
   */
  public <T, E extends Exception> Optional<T> run(
      Optional<String> restoreFrom, Exchange exchange, Submission<T, E> submission, StopSignal stop)
      throws E {
    stop.onRequest(this::cancelAll);
    try {
      return Optional.of(submit(restoreFrom, exchange, submission));
    } catch (Exception e) {
      // A job that is cancelled fails, in whatever exception.
      if (stop.isRequested()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Those that run, and those that will be submitted. */
  private void cancelAll() {
    stopping = true;
    try {
      for (JobStatusMessage job : cluster.listJobs().get()) {
        if (!job.getJobState().isGloballyTerminalState()) {
          cluster.cancelJob(job.getJobId()).get();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Flink does not cancel its jobs", e);
    }
  }

  /** The read-only page on loopback, where one was asked for. */
  public Optional<URI> page() {
    return page;
  }

  /** What the REST server listens on; null when there is none. */
  InetSocketAddress served() {
    return cluster.served();
  }

  /** Flink's version. */
  public static String version() {
    return EnvironmentInformation.getVersion();
  }

  /** Cancels every job and stops the cluster; returns when it has stopped. */
  @Override
  public void close() throws IOException {
    try {
      cluster.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Flink was stopping", e);
    } catch (Exception e) { // what MiniCluster declares
      throw new IOException("Flink did not stop cleanly: " + e.getMessage(), e);
    }
  }
}
