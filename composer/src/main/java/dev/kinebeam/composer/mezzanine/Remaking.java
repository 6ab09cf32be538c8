package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.bundle.PrimitiveSource;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Composition.Mezzanine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;

/** Makes a lost mezzanine again from its source, exactly as it was. Thread-safe. */
public final class Remaking {
  private final List<MezzanineCache> caches;

  /**
   * Makes mezzanines in the qualities of this build.
   *
   * @param root the directory of {@link PinnedMezzanines}
   */
  public Remaking(Path root, long maxBytes, Normalizer normalizer, Clock clock) {
    this.caches =
        Arrays.stream(Profile.values())
            .map(profile -> new MezzanineCache(root, profile, maxBytes, normalizer, clock))
            .toList();
  }

  /**
   * Makes it; it is then in the directory.
   *
   * @param source its primitive as it is now
   * @throws IOException naming the primitive and the reason when it cannot be the same
   */
  public void make(Mezzanine lost, PrimitiveSource source) throws IOException {
    if (!source.sha256().equals(lost.source())) {
      throw new IOException(lost.name() + " is lost, and its source is another file by now");
    }
    MezzanineCache cache =
        caches.stream()
            .filter(made -> made.makes(lost))
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        lost.name() + " is lost, and this build makes no " + lost.version()));
    Mezzanine made = MezzanineCache.isVoice(lost) ? voice(cache, source) : video(cache, source);
    for (Composition.Part part : lost.parts()) {
      if (!made.parts().contains(part)) {
        throw new IOException(
            lost.name() + " is lost, and came out otherwise when it was made again");
      }
    }
  }

  private static Mezzanine voice(MezzanineCache cache, PrimitiveSource source) throws IOException {
    return cache.voice(source).describe(source.name());
  }

  private static Mezzanine video(MezzanineCache cache, PrimitiveSource source) throws IOException {
    try (VideoMezzanine made = cache.video(source, frames -> {})) {
      return made.describe(source.name()).mezzanine();
    }
  }
}
