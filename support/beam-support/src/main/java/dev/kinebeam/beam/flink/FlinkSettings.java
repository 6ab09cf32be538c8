package dev.kinebeam.beam.flink;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where and how a job runs on Flink.
 *
 * @param master {@code host:port} of a cluster's REST interface, {@link #HERE} or {@link #AROUND}
 * @param parallelism how many workers share the work
 * @param checkpointEvery of jobs without end
 * @param checkpointDir a URL or path that every worker can write to; empty for what the cluster is
 *     configured with, which must not be its default (job manager memory)
 * @param restoreFrom a savepoint, or a retained checkpoint, from whose state the job resumes
 * @param ui the port of the read-only page of a cluster inside this process; 0 for a free one,
 *     empty for none
 */
public record FlinkSettings(
    String master,
    int parallelism,
    Duration checkpointEvery,
    Optional<String> checkpointDir,
    Optional<String> restoreFrom,
    OptionalInt ui) {
  /** The master that stands for a cluster that lives inside this process as long as the job. */
  public static final String HERE = "[local]";

  /** The master that stands for the cluster that has called this program. */
  public static final String AROUND = "[auto]";

  /** On a cluster, with a checkpoint every ten seconds to where the cluster keeps them. */
  public static FlinkSettings on(String master, int parallelism) {
    return new FlinkSettings(
        master,
        parallelism,
        Duration.ofSeconds(10),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty());
  }

  /** In a cluster inside this process, with a checkpoint every ten seconds. */
  public static FlinkSettings here(int parallelism) {
    return on(HERE, parallelism);
  }

  /** Whether the job runs in a cluster inside this process. */
  public boolean isHere() {
    return master.equals(HERE);
  }

  /** The same with checkpoints this often. */
  public FlinkSettings checkpointingEvery(Duration interval) {
    return new FlinkSettings(master, parallelism, interval, checkpointDir, restoreFrom, ui);
  }

  /** The same with checkpoints in this folder. */
  public FlinkSettings checkpointingTo(String folder) {
    return new FlinkSettings(
        master, parallelism, checkpointEvery, Optional.of(folder), restoreFrom, ui);
  }

  /** The same, resuming from this state. */
  public FlinkSettings restoring(Optional<String> savepoint) {
    return new FlinkSettings(master, parallelism, checkpointEvery, checkpointDir, savepoint, ui);
  }

  /** The same with a page on this port, if there is one. */
  public FlinkSettings withPage(OptionalInt port) {
    return new FlinkSettings(
        master, parallelism, checkpointEvery, checkpointDir, restoreFrom, port);
  }
}
