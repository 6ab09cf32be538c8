package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.bundle.PrimitiveSource;
import dev.kinebeam.composer.libav.VideoFormat;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Composition.Mezzanine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** Makes a lost mezzanine again from its source, exactly as it was. Thread-safe. */
public final class Remaking {
  private final Path root;
  private final long maxBytes;
  private final Normalizer normalizer;
  private final Clock clock;

  /**
   * Makes mezzanines in the qualities of this build.
   *
   * @param root the directory of {@link PinnedMezzanines}
   */
  public Remaking(Path root, long maxBytes, Normalizer normalizer, Clock clock) {
    this.root = root;
    this.maxBytes = maxBytes;
    this.normalizer = normalizer;
    this.clock = clock;
  }

  /**
   * Makes it; it is then in the directory.
   *
   * @param composition says in which shape it is played
   * @param source its primitive or upload as it is now
   * @throws IOException naming the source and the reason when it cannot be the same
   */
  public void make(Composition composition, Mezzanine lost, PrimitiveSource source)
      throws IOException {
    if (!source.sha256().equals(lost.source())) {
      throw new IOException(lost.name() + " is lost, and its source is another file by now");
    }
    Mezzanine made =
        MezzanineCache.isVoice(lost)
            ? cache(Profile.FULL_HD.quality()).voice(source).describe(source.name())
            : video(quality(composition, lost), source);
    for (Composition.Part part : lost.parts()) {
      if (!made.parts().contains(part)) {
        throw new IOException(
            lost.name() + " is lost, and came out otherwise when it was made again");
      }
    }
  }

  /** The quality that it was made in, by the rung that plays it. */
  private static Quality quality(Composition composition, Mezzanine lost) throws IOException {
    for (Composition.Rung rung : composition.rungs()) {
      if (rung.videos().stream().anyMatch(video -> video.mezzanine().equals(lost))) {
        VideoFormat usual = Profile.parse(rung.label()).format();
        VideoFormat shaped =
            new VideoFormat(rung.width(), rung.height(), usual.crf(), usual.maxBitRate());
        Quality quality = new Quality(rung.label(), shaped);
        if (quality.version().equals(lost.version())) {
          return quality;
        }
      }
    }
    throw new IOException(lost.name() + " is lost, and this build makes no " + lost.version());
  }

  private Mezzanine video(Quality quality, PrimitiveSource source) throws IOException {
    try (VideoMezzanine made = cache(quality).video(source, frames -> {})) {
      return made.describe(source.name()).mezzanine();
    }
  }

  private MezzanineCache cache(Quality quality) {
    return new MezzanineCache(root, quality, maxBytes, normalizer, SharedMezzanines.NONE, clock);
  }
}
