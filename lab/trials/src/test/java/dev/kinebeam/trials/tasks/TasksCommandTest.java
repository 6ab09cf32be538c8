package dev.kinebeam.trials.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What needs no browser. */
class TasksCommandTest {
  private final StringWriter output = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new TasksCommand())
        .setOut(new PrintWriter(output))
        .setErr(new PrintWriter(output))
        .execute(args);
  }

  @Test
  void everybodyHasTasksAndEachHasItsOwnName() {
    assertThat(Task.all())
        .extracting(Task::role)
        .contains(Task.PATIENT, Task.THERAPIST, Task.CLINIC)
        .hasSize(12);
    assertThat(Task.all()).extracting(Task::name).doesNotHaveDuplicates();
  }

  @Test
  void addressesAndTasksThatCannotBeAreRefusedByName() {
    assertThat(run("--url=nowhere")).isEqualTo(2);
    assertThat(output.toString()).contains("--url is nowhere");
    assertThat(run("--only=nothing of the kind")).isEqualTo(2);
    assertThat(output.toString()).contains("--only is nothing of the kind; no task has that");
  }
}
