package dev.kinebeam.composer.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against another process, because the locks of one process never exclude each other. */
class ProcessFolderTest {
  @TempDir Path root;

  /** The other process: opens a folder, prints its name and dies without closing it. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) throws IOException {
      ProcessFolder folder = ProcessFolder.open(Path.of(args[0]));
      Files.writeString(folder.path().resolve("half-made.mp4"), "half");
      System.out.println(folder.path());
      System.out.flush();
      Runtime.getRuntime().halt(0);
    }
  }

  private Path openedByAnother() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                root.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String folder = process.inputReader().readLine();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(folder).isNotNull();
    return Path.of(folder);
  }

  @Test
  void aSecondFolderOfThisProcessDoesNotGiveTheFirstUpToAnother() throws Exception {
    try (ProcessFolder first = ProcessFolder.open(root);
        ProcessFolder second = ProcessFolder.open(root)) {
      Files.writeString(first.path().resolve("render.mp4"), "on its way");
      openedByAnother();
      assertThat(first.path().resolve("render.mp4")).hasContent("on its way");
      assertThat(second.path()).isDirectory().isNotEqualTo(first.path());
    }
  }

  @Test
  void filesOfADeadProcessAreDeletedByTheNextAndNothingStaysOfAClosedOne() throws Exception {
    Path left = openedByAnother();
    assertThat(left.resolve("half-made.mp4")).exists();
    ProcessFolder next = ProcessFolder.open(root);
    assertThat(left).doesNotExist();
    next.close();
    assertThat(root).isEmptyDirectory();
  }
}
