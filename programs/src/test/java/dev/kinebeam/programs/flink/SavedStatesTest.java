package dev.kinebeam.programs.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedStatesTest {
  @TempDir private Path folder;

  private Path state(String name, long writtenMs) throws IOException {
    Path at = Files.createDirectories(folder.resolve(name));
    Files.setLastModifiedTime(
        Files.writeString(at.resolve("_metadata"), "state"), FileTime.fromMillis(writtenMs));
    return at;
  }

  private Path newest() throws IOException {
    return SavedStates.newest(
            List.of(
                folder.resolve("checkpoints"),
                folder.resolve("savepoints"),
                folder.resolve("never-made")))
        .orElse(null);
  }

  @Test
  void theNewestOfCheckpointsAndSavepointsIsTaken() throws IOException {
    assertThat(newest()).isNull();
    state("checkpoints/job1/chk-9", 1_000);
    Path second = state("checkpoints/job2/chk-1", 2_000);
    assertThat(newest()).isEqualTo(second);
    Path savepoint = state("savepoints/savepoint-a", 3_000);
    assertThat(newest()).isEqualTo(savepoint);
  }

  @Test
  void oneThatIsNotCompleteIsNotAState() throws IOException {
    Path complete = state("checkpoints/job1/chk-1", 1_000);
    Files.writeString(
        Files.createDirectories(folder.resolve("checkpoints/job1/chk-2")).resolve("part"), "x");
    assertThat(newest()).isEqualTo(complete);
  }
}
