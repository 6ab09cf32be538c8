package dev.kinebeam.composer.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a compose ends, there is a whole file or nothing. */
class CleanUpScenarioTest {
  private static final Recipe RECIPE =
      new Recipe(SampleExercise.SLUG, "ro", List.of(new SetSpec("left", 5)), null, false);

  @TempDir private Path directory;

  @AfterEach
  void forgetTheInterrupt() {
    Thread.interrupted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sound", "write"})
  void aCancelledComposeLeavesNothing(String step) {
    Progress cancelling =
        (at, part) -> {
          if (at.equals(step)) {
            Thread.currentThread().interrupt();
          }
        };

    assertThatThrownBy(() -> compose(directory.resolve("a.mp4"), cancelling))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("cancelled");

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aCancelledComposeLeavesTheFileThatWasThere() throws Exception {
    Path file = directory.resolve("a.mp4");
    Files.writeString(file, "before");

    assertThatThrownBy(() -> compose(file, (at, part) -> Thread.currentThread().interrupt()))
        .isInstanceOf(InterruptedIOException.class);

    assertThat(file).hasContent("before");
    assertThat(files()).containsExactly(file);
  }

  @Test
  void filesOfAKilledProcessAreDeletedAndFilesBeingWrittenAreKept() throws Exception {
    Path left = directory.resolve(".other.mp4.0f8fad5b-d9cb-469f-a165-70867728950e.unfinished");
    Files.writeString(left, "half");
    Path file = directory.resolve("a.mp4");
    try (UnfinishedFile living = UnfinishedFile.of(directory.resolve("b.mp4"))) {
      assertThat(living.channel().isOpen()).isTrue();
      compose(file, Progress.NONE);

      assertThat(left).doesNotExist();
      assertThat(files()).hasSize(2).contains(file);
    }
    assertThat(files()).containsExactly(file);
  }

  @Test
  void aLockedFileOfAnotherProcessStays() throws Exception {
    Process other = other("");
    try {
      assertThat(other.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("writing");
      UnfinishedFile.sweep(directory);
      assertThat(files()).hasSize(1);
    } finally {
      other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    UnfinishedFile.sweep(directory);
    assertThat(directory).isEmptyDirectory();
  }

  /** A limit on a file's size ends a write as a full disk does, and needs no rights. */
  @Test
  void aFullDiskIsNamedAndLeavesNothing() throws Exception {
    compose(directory.resolve("known.mp4"), Progress.NONE); // so that only the render is written
    Files.delete(directory.resolve("known.mp4"));

    Process limited = other("ulimit -f 40 && ");
    String said = new String(limited.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(limited.waitFor(30, TimeUnit.SECONDS)).as(said).isTrue();
    assertThat(said).contains("a.mp4 was not written, and nothing of it is left", "MB are free");
    assertThat(directory).isEmptyDirectory();
  }

  /**
   * What the other process does: one compose under the limit, or a file held until it is killed.
   */
  static final class Other {
    private Other() {}

    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      if (args[1].isEmpty()) {
        try (UnfinishedFile held = UnfinishedFile.of(folder.resolve("a.mp4"))) {
          System.out.println("writing");
          while (held.channel().isOpen()) {
            TimeUnit.SECONDS.sleep(60);
          }
        }
      } else {
        try {
          compose(folder.resolve("a.mp4"), Progress.NONE);
        } catch (IOException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  private Process other(String limit) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            "sh",
            "-c",
            limit + "exec \"$0\" \"$@\"",
            java,
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            // The monitoring file is as big as the limit and would be the first to meet it.
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
            directory.toString(),
            limit)
        .redirectErrorStream(true)
        .start();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.toList();
    }
  }

  private static void compose(Path file, Progress progress)
      throws IOException, RenderScript.Refused {
    new Composer(SampleBundle.cache())
        .compose(BundleDirectory.open(SampleBundle.directory()), RECIPE, file, progress);
  }
}
