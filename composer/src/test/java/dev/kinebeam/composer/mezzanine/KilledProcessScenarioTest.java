package dev.kinebeam.composer.mezzanine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.composer.bundle.LocalPrimitive;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.libav.Footage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in the middle leaves no child, no half entry and no litter. */
class KilledProcessScenarioTest {
  private static final String NAME = "rep-left-video-1.mp4";
  private static final int FRAMES = 900;

  @TempDir Path directory;

  @Test
  void theChildEndsWithItsParentAndTheNextProcessFindsNothingReadyAndCleansUp() throws Exception {
    Path source = directory.resolve(NAME);
    new Footage().frames(FRAMES, 30, 1).writeTo(source);
    Path cache = directory.resolve("cache");
    Process other = other(cache, source);
    ProcessHandle child;
    try (BufferedReader said = other.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("working");
      child = other.children().findFirst().orElseThrow();
      assertThat(files(cache)).anyMatch(file -> file.endsWith(VideoMezzanine.VIDEO_FILE));
      assertThat(child.isAlive()).as("the child is at work").isTrue();
      other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    child.onExit().get(10, TimeUnit.SECONDS);
    assertThat(files(cache))
        .as("it ended in the middle of the pictures: after them it would make the sound")
        .anyMatch(file -> file.endsWith(VideoMezzanine.VIDEO_FILE))
        .noneMatch(file -> file.endsWith(VideoMezzanine.AUDIO_FILE))
        .noneMatch(file -> file.endsWith(EntryIndex.FILE));

    String voice = "audio/ro/pauza-vo-1.mp3";
    SampleBundle.cache(cache)
        .voice(new LocalPrimitive(voice, SampleBundle.directory().resolve(voice)));
    assertThat(files(cache)).noneMatch(file -> file.endsWith(VideoMezzanine.VIDEO_FILE));

    try (VideoMezzanine made =
        SampleBundle.cache(cache).video(new LocalPrimitive(NAME, source), frames -> {})) {
      assertThat(made.frames()).isEqualTo(FRAMES);
    }
  }

  /** What the other process does: it normalises, and says so once there are frames. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) throws IOException {
      SampleBundle.cache(Path.of(args[0]))
          .video(
              new LocalPrimitive(NAME, Path.of(args[1])),
              frames -> {
                if (frames == 15) {
                  System.out.println("working");
                }
              })
          .close();
    }
  }

  private static Process other(Path cache, Path source) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
            cache.toString(),
            source.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static List<String> files(Path cache) throws IOException {
    try (Stream<Path> walk = Files.walk(cache)) {
      return walk.filter(Files::isRegularFile).map(Path::toString).toList();
    }
  }
}
