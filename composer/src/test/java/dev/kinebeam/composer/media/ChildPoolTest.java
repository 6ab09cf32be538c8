package dev.kinebeam.composer.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.composer.libav.ChildJvm;
import dev.kinebeam.composer.libav.MediaException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real child processes, which die and hang. */
class ChildPoolTest {
  private final ChildPool pool =
      new ChildPool(TestChild.class, Duration.ofSeconds(5), Long.MAX_VALUE);

  @AfterEach
  void close() {
    pool.close();
  }

  private String ask(String question) throws IOException {
    return pool.ask(List.of(question)).get(0);
  }

  @Test
  void aChildServesManyAndAJvmsCrashSummaryIsNotAnAnswer() throws IOException {
    String first = ask(TestChild.NAME);
    assertThat(ask(TestChild.NAME)).isEqualTo(first);
    assertThatThrownBy(() -> ask(TestChild.CRASH))
        .isInstanceOf(MediaException.class)
        .hasMessage("kills its decoder");
    assertThat(ask(TestChild.NAME)).isNotEqualTo(first);
  }

  @Test
  void whatAnEarlierFileHasDoneToAChildIsNotTheNextFilesFault() throws IOException {
    String first = ask(TestChild.NAME);
    String second = ask(TestChild.DIE_UNLESS_FRESH);
    assertThat(second).isNotEqualTo(first);
    assertThat(ask(TestChild.HANG_UNLESS_FRESH)).isNotEqualTo(second);
  }

  @Test
  void aChildKnowsNoneOfOurSecrets() throws IOException {
    assertThat(System.getenv()).hasSizeGreaterThan(5);
    assertThat(pool.ask(List.of(TestChild.ENVIRONMENT)))
        .contains("PATH")
        .isSubsetOf("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL");
  }

  @Test
  void childrenEndWithThePool() throws Exception {
    long pid;
    try (ChildPool own = new ChildPool(TestChild.class, Duration.ofMinutes(1), Long.MAX_VALUE)) {
      pid = Long.parseLong(own.ask(List.of(TestChild.NAME)).get(0));
    }
    Optional<ProcessHandle> child = ProcessHandle.of(pid);
    if (child.isPresent()) {
      child.get().onExit().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aChildEndsWithItsParent() throws Exception {
    Process child =
        ChildJvm.builder(MediaMain.class).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      child.getOutputStream().close();
      assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      child.destroyForcibly();
    }
  }
}
