package dev.kinebeam.programs.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
  private static final ProcessHandle US = ProcessHandle.current();

  @TempDir Path dir;

  @Test
  void the_process_that_was_remembered_is_found_again() throws Exception {
    PidFile file = new PidFile(dir.resolve("run/kafka.pid"));
    file.write(US, "java");
    assertThat(file.running()).contains(US);
    file.delete();
    assertThat(file.running()).isEmpty();
  }

  @Test
  void a_pid_that_another_process_has_now_is_not_taken_for_ours() throws Exception {
    PidFile file = new PidFile(dir.resolve("kafka.pid"));
    file.write(US, "-Dkinebeam.service=kafka@elsewhere");
    assertThat(file.running()).as("another command line").isEmpty();

    long hourBefore = US.info().startInstant().orElseThrow().minusSeconds(3600).toEpochMilli();
    Files.write(
        dir.resolve("kafka.pid"),
        List.of(Long.toString(US.pid()), Long.toString(hourBefore), "java"));
    assertThat(file.running()).as("another start time").isEmpty();

    Files.write(dir.resolve("kafka.pid"), List.of("12"));
    assertThat(file.running()).as("cut short").isEmpty();
  }
}
