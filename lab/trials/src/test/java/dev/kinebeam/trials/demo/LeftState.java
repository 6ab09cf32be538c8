package dev.kinebeam.trials.demo;

import dev.kinebeam.programs.flink.SavedStates;
import dev.kinebeam.testkit.Eventually;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.PipelineResult;

/** The state that a cancelled job leaves. */
final class LeftState {
  private LeftState() {}

  /**
   * Cancels a job once it has made a checkpoint from now on.
   *
   * @param flink the folder of the cluster
   * @return the checkpoint that it leaves, the only one: had it been looked for while the job was
   *     running, the next one could have deleted it
   */
  static Optional<String> of(PipelineResult job, Path flink) throws Exception {
    List<Path> folders = List.of(flink.resolve("checkpoints"));
    long now = System.currentTimeMillis();
    Eventually.until("a checkpoint", () -> isNewer(SavedStates.newest(folders), now));
    job.cancel();
    Eventually.until("the job has ended", () -> job.getState().isTerminal());
    return SavedStates.newest(folders).map(found -> found.toUri().toString());
  }

  private static boolean isNewer(Optional<Path> state, long time) {
    return state.isPresent() && state.get().resolve("_metadata").toFile().lastModified() > time;
  }
}
