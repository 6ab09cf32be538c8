package dev.kinebeam.catalog.removal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RenderProcessTest {
  @Test
  void aWorkerIsDeadWhenItsProcessIsAndItRanHere() throws Exception {
    String here = RenderProcess.here().name();
    assertThat(RenderProcess.isDead(here)).isFalse();
    assertThat(RenderProcess.isDead("elsewhere:1:1:x")).isFalse();
    assertThat(RenderProcess.isDead("no worker")).isFalse();

    Process child = new ProcessBuilder("true").start();
    child.waitFor();
    String[] parts = here.split(":", -1);
    assertThat(RenderProcess.isDead(parts[0] + ":" + child.pid() + ":" + parts[2] + ":x")).isTrue();
    // The same number again, but another process than the one that claimed.
    assertThat(RenderProcess.isDead(parts[0] + ":" + parts[1] + ":1:x")).isTrue();
  }
}
