package dev.kinebeam.videohost;

import dev.kinebeam.composer.bundle.LocalPrimitive;
import dev.kinebeam.composer.libav.PictureShape;
import dev.kinebeam.composer.media.MediaChildren;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.mezzanine.Quality;
import dev.kinebeam.composer.mezzanine.SharedMezzanines;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.IntConsumer;

/** A file as a composition of one video, in the qualities that its shorter side has. */
final class UploadLadder implements Transcodes.Maker {
  private static final String VIDEO = "upload.mp4";

  private final PinnedMezzanines stored;
  private final HostConfig.CacheFolder cache;
  private final Normalizer normalizer;
  private final MediaChildren children;
  private final List<Quality> ladder =
      Profile.FULL_HD.ladder().stream().map(Profile::quality).toList();

  UploadLadder(
      PinnedMezzanines stored,
      HostConfig.CacheFolder cache,
      Normalizer normalizer,
      MediaChildren children) {
    this.stored = stored;
    this.cache = cache;
    this.normalizer = normalizer;
    this.children = children;
  }

  @Override
  public Composition make(Path file, IntConsumer percent) throws IOException {
    PictureShape shape = children.shape(file);
    List<Quality> qualities = qualitiesOf(shape);
    LocalPrimitive source = new LocalPrimitive(VIDEO, file);
    List<Composition.Rung> rungs = new ArrayList<>();
    int frames = 0;
    List<MezzanineCache> caches =
        MezzanineCache.ladder(
            cache.mezzanines(),
            qualities,
            cache.mezzanineBytes(),
            normalizer,
            SharedMezzanines.NONE,
            Clock.systemUTC());
    for (MezzanineCache made : caches) {
      Quality quality = made.quality();
      try (VideoMezzanine mezzanine = made.video(source, done -> {})) {
        frames = mezzanine.frames();
        rungs.add(
            new Composition.Rung(
                quality.label(),
                quality.format().width(),
                quality.format().height(),
                Base64.getEncoder().encodeToString(mezzanine.sampleEntry()),
                List.of(mezzanine.describe(VIDEO))));
      }
      percent.accept(100 * rungs.size() / (qualities.size() + 1));
    }
    Composition composition =
        new Composition(
            "upload",
            "und",
            new Manifest.Gains(1, 1),
            rungs,
            List.of(),
            List.of(new Composition.Take(VIDEO, 0, frames)),
            List.of());
    stored.requireStored(composition);
    return composition;
  }

  /** Those that the picture's shorter side has, at least the lowest. */
  private List<Quality> qualitiesOf(PictureShape shape) {
    int shorter = Math.min(shape.width(), shape.height());
    List<Quality> fitting =
        ladder.stream().filter(quality -> quality.format().height() <= shorter).toList();
    List<Quality> chosen = fitting.isEmpty() ? List.of(ladder.get(ladder.size() - 1)) : fitting;
    return chosen.stream().map(quality -> quality.shapedAs(shape.width(), shape.height())).toList();
  }
}
