package dev.kinebeam.render.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerTest {
  @Test
  void aWorkerIsDeadWhenItsProcessIsAndItRanHere() throws Exception {
    String here = Worker.here().name();
    assertThat(Worker.isDead(here)).isFalse();
    assertThat(Worker.isDead("elsewhere:1:1:x")).isFalse();
    assertThat(Worker.isDead("no worker")).isFalse();

    Process child = new ProcessBuilder("true").start();
    child.waitFor();
    String[] parts = here.split(":", -1);
    assertThat(Worker.isDead(parts[0] + ":" + child.pid() + ":" + parts[2] + ":x")).isTrue();
    // The same number again, but another process than the one that claimed.
    assertThat(Worker.isDead(parts[0] + ":" + parts[1] + ":1:x")).isTrue();
  }
}
