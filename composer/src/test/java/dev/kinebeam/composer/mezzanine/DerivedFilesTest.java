package dev.kinebeam.composer.mezzanine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DerivedFilesTest {
  private static final String OLD = "aa01";
  private static final String USED = "bb01";

  @TempDir private Path directory;

  @Test
  void aFileIsReadAsItWasWrittenAndTheLatestCounts() throws IOException {
    DerivedFiles files = files(Clock.systemUTC());
    assertThat(files.read(OLD)).isEmpty();

    files.write(OLD, new byte[] {1});
    files.write(OLD, new byte[] {1, 2});

    assertThat(files.read(OLD)).hasValueSatisfying(b -> assertThat(b).containsExactly(1, 2));
    assertThat(files.read("aa02")).isEmpty();
    try (Stream<Path> making = Files.walk(directory.resolve("making"))) {
      assertThat(making.filter(Files::isRegularFile))
          .allMatch(file -> file.toString().endsWith(".lock"));
    }
  }

  @Test
  void theLeastRecentlyUsedIsDeletedWhenThereIsNoRoom() throws IOException {
    files(Clock.systemUTC()).write(OLD, new byte[1_000]);
    files(Clock.systemUTC()).write(USED, new byte[1_000]);
    Clock inAnHour =
        Clock.fixed(Clock.systemUTC().instant().plus(Duration.ofHours(1)), ZoneOffset.UTC);
    DerivedFiles later = files(inAnHour);
    assertThat(later.read(USED)).isPresent();

    later.keepWithinBounds();

    assertThat(later.read(OLD)).isEmpty();
    assertThat(later.read(USED)).isPresent();
    later.write(OLD, new byte[10]);
    assertThat(later.read(OLD)).as("its drawer is made again").isPresent();
  }

  private DerivedFiles files(Clock clock) {
    return new MezzanineCache(directory, Profile.TINY, 1_500, Normalizer.withDefaults(), clock)
        .derived("made-v1");
  }
}
