package dev.kinebeam.render.job;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where and how the job runs on Flink.
 *
 * @param master {@code host:port} of a cluster's REST interface, or {@link #HERE}
 * @param parallelism how many workers share the work
 * @param checkpointEvery of jobs without end
 * @param checkpointDir an URL that every worker can write to; empty for what the cluster is
 *     configured with
 * @param ui the port of the read-only page of a cluster inside this process; 0 for a free one,
 *     empty for none
 */
public record FlinkTarget(
    String master,
    int parallelism,
    Duration checkpointEvery,
    Optional<String> checkpointDir,
    OptionalInt ui) {
  /** The master that stands for a cluster that lives inside this process as long as the job. */
  public static final String HERE = "[local]";

  /** On a cluster, with a checkpoint every ten seconds to where the cluster keeps them. */
  public static FlinkTarget on(String master, int parallelism) {
    return new FlinkTarget(
        master, parallelism, Duration.ofSeconds(10), Optional.empty(), OptionalInt.empty());
  }

  boolean isHere() {
    return master.equals(HERE);
  }
}
