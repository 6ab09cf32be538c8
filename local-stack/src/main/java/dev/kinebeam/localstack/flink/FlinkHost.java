package dev.kinebeam.localstack.flink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/**
 * A whole Flink cluster inside this process, with its page and its REST interface on loopback. Jobs
 * are submitted to it as to any other cluster, by {@link #master}; their classes are those of this
 * process. Checkpoints go to the file system, since the default store fails above 5 MB.
 */
public final class FlinkHost implements AutoCloseable {
  private final MiniCluster cluster;
  private final URI page;
  private final String version;

  private FlinkHost(MiniCluster cluster, URI page, String version) {
    this.cluster = cluster;
    this.page = page;
    this.version = version;
  }

  /**
   * Starts the cluster; it takes jobs when this returns.
   *
   * @param directory for checkpoints and for what the cluster needs while it runs
   * @param slots the sum of all jobs' parallelism
   * @param port of the page and the REST interface; 0 for a free one
   */
  public static FlinkHost start(Path directory, int slots, int port) throws IOException {
    Files.createDirectories(directory.resolve("tmp"));
    Configuration flink = new Configuration();
    flink.set(RestOptions.ADDRESS, "127.0.0.1");
    flink.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    flink.set(RestOptions.PORT, port);
    flink.set(WebOptions.SUBMIT_ENABLE, false);
    flink.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, "parent-first");
    flink.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    flink.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toAbsolutePath().toUri().toString());
    flink.set(CoreOptions.TMP_DIRS, directory.resolve("tmp").toAbsolutePath().toString());
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    flink.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(48));
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(48));
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(flink)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    try {
      cluster.start();
      URI page = cluster.getRestAddress().get();
      return new FlinkHost(cluster, page, reportedVersion(page));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped(cluster, new IOException("interrupted while Flink was starting", e));
    } catch (Exception e) { // what MiniCluster declares
      throw stopped(cluster, new IOException("Flink does not start: " + e.getMessage(), e));
    }
  }

  private static IOException stopped(MiniCluster cluster, IOException failure) {
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

  private static String reportedVersion(URI page) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(page.resolve("/config"))
                    .timeout(Duration.ofSeconds(10))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    JsonNode config = Json.MAPPER.readTree(answer.body());
    return config.path("flink-version").asText();
  }

  /** {@code host:port} for a job's {@code --flinkMaster}. */
  public String master() {
    return page.getHost() + ":" + page.getPort();
  }

  /** Flink's own page. */
  public URI page() {
    return page;
  }

  /** What the running cluster says of itself. */
  public String version() {
    return version;
  }

  /** Cancels every job and stops the cluster; returns when it is gone. */
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
