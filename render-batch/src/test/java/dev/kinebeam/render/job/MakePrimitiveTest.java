package dev.kinebeam.render.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.composer.bundle.DirectoryPrimitives;
import dev.kinebeam.composer.bundle.PrimitiveMirror;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MakePrimitiveTest {
  private static final String EXERCISE = "lumbar-detensioning";

  @TempDir Path directory;

  @Test
  void whatWasMadeIsFoundUnlessOneQualityLacksIt() throws IOException {
    SampleBundle.copyTo(directory.resolve("bundles").resolve(EXERCISE));
    PrimitiveMirror primitives =
        new PrimitiveMirror(
            new DirectoryPrimitives(directory.resolve("bundles")),
            directory.resolve("hashes"),
            directory.resolve("copies"));
    MezzanineCache made = SampleBundle.cache();
    MezzanineCache empty =
        new MezzanineCache(
            directory.resolve("empty"),
            Profile.TINY,
            1 << 20,
            Normalizer.within(Normalizer.Limits.DEFAULT),
            Clock.systemUTC());
    for (String name : List.of("pauza-video-1.mp4", "audio/ro/pauza-vo-1.mp3")) {
      PrimitiveRef primitive =
          new PrimitiveRef(
              EXERCISE,
              name,
              primitives.list(EXERCISE).versions().get(name),
              name.endsWith(".mp4"));
      MakePrimitive maker = maker(primitives, made);
      assertThat(maker.found(primitive)).as("its hash is not known").isEmpty();
      MakePrimitive.Made makes = maker.make(primitive);
      assertThat(makes.error()).isNull();
      MakePrimitive.Made found = maker.found(primitive).orElseThrow();
      assertThat(found.now()).isFalse();
      // Zero for what takes less than a tick of 10 ms, as a short voice-over may.
      assertThat(found.cpuMillis()).isEqualTo(makes.cpuMillis());
      assertThat(maker(primitives, empty).found(primitive)).isEmpty();
      assertThat(maker(primitives, made, empty).found(primitive).isPresent())
          .isEqualTo(!primitive.video());
    }
  }

  private static MakePrimitive maker(PrimitiveMirror primitives, MezzanineCache... ladder) {
    return new MakePrimitive(primitives, List.of(ladder), Retrier.within(Duration.ofSeconds(2)));
  }
}
