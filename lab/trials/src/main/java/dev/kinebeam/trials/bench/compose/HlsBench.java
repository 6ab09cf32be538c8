package dev.kinebeam.trials.bench.compose;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.compose.EncodingLimit;
import dev.kinebeam.composer.compose.PiecedSound;
import dev.kinebeam.composer.compose.Progress;
import dev.kinebeam.composer.hls.HlsPart;
import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.composer.hls.PlannedComposition;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.mezzanine.SharedMezzanines;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.measure.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From a recipe to its composition, and to all that a player needs to begin: the playlists, and the
 * first segment of picture and of sound. The primitives are normalised in every quality before; the
 * recipes are new, and so is part of their sound.
 */
final class HlsBench {
  private static final double GOAL_MS = 100;
  private static final long CACHE_BYTES = 50L << 30;
  private static final int[] REPS = {5, 10, 15, 20};

  private final BenchSize size;
  private final BundleDirectory bundle;
  private final List<MezzanineCache> ladder;
  private final PinnedMezzanines mezzanines;
  private final Console console;

  HlsBench(BenchSize size, BundleDirectory bundle, Path directory, Console console) {
    this.size = size;
    this.bundle = bundle;
    Normalizer normalizer = Normalizer.withDefaults();
    this.ladder =
        MezzanineCache.ladder(
            directory,
            size.ladder().stream().map(Profile::quality).toList(),
            CACHE_BYTES,
            normalizer,
            SharedMezzanines.NONE,
            Clock.systemUTC());
    this.mezzanines = PinnedMezzanines.of(directory, CACHE_BYTES, Clock.systemUTC());
    this.console = console;
  }

  Map<String, Object> run(int orders) throws Exception {
    Recipe first = ComposeBench.recipe(new SetSpec("left", 10), new SetSpec("right", 10));
    console.step("normalising in %d qualities, once", size.ladder().size());
    playable(first);
    List<Recipe> recipes = others(RenderScript.of(bundle.bundle(), first).videos(), orders);
    List<Double> millis = new ArrayList<>();
    for (Recipe recipe : recipes) {
      millis.add(playable(recipe));
    }
    Samples samples = Samples.of(millis);
    console.say(
        "HLS: playable %.0f ms after the order (median of %d new recipes; p95 %.0f, most %.0f);"
            + " goal %.0f",
        samples.median(), orders, samples.percentile(0.95), samples.max(), GOAL_MS);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("hls_playable_ms", Verdict.rounded(samples.median()));
    figures.put("hls_playable_p95_ms", Verdict.rounded(samples.percentile(0.95)));
    return figures;
  }

  /** New recipes that play no other videos than these. */
  private List<Recipe> others(Set<String> videos, int count)
      throws RenderScript.Refused, IOException {
    List<Recipe> found = new ArrayList<>();
    for (long seed = 1; found.size() < count; seed++) {
      if (seed > 1_000_000) {
        throw new IOException("no " + count + " recipes play the same videos");
      }
      int left = REPS[(int) (seed % REPS.length)];
      int right = REPS[(int) (seed / REPS.length % REPS.length)];
      Recipe recipe =
          new Recipe(
              SampleExercise.SLUG,
              SampleExercise.LANGUAGE,
              List.of(new SetSpec("right", right), new SetSpec("left", left)),
              seed,
              false);
      if (videos.containsAll(RenderScript.of(bundle.bundle(), recipe).videos())) {
        found.add(recipe);
      }
    }
    return found;
  }

  /** Milliseconds from the order until the first second could be shown. */
  private double playable(Recipe recipe) throws IOException, RenderScript.Refused {
    long begin = System.nanoTime();
    Composition composition =
        PlannedComposition.of(
                RenderScript.of(bundle.bundle(), recipe), bundle::source, ladder, Progress.NONE)
            .composition();
    HlsRender render = HlsRender.of(composition);
    if (render.playlist(HlsRender.MASTER_PLAYLIST).isEmpty()) {
      throw new IOException("the render has no master playlist");
    }
    List<String> pictures = render.segments(size.profile().label());
    List<String> sounds = render.segments("audio");
    try (Opened opened = new Opened(composition)) {
      for (String name : List.of(pictures.get(0), pictures.get(1), sounds.get(0), sounds.get(1))) {
        HlsPart part = render.segment(name, opened).orElseThrow();
        part.copyTo(Channels.newChannel(OutputStream.nullOutputStream()), 0, part.bytes());
      }
    }
    return (System.nanoTime() - begin) / 1e6;
  }

  /** What is open for one render. */
  private final class Opened implements HlsRender.Library, AutoCloseable {
    private final List<VideoMezzanine> videos = new ArrayList<>();
    private final PiecedSound sound;

    Opened(Composition composition) throws IOException {
      this.sound =
          PiecedSound.of(
              composition, mezzanines::sound, PiecedSound.keptIn(mezzanines), EncodingLimit.NONE);
    }

    @Override
    public VideoMezzanine video(Composition.Rung rung, Composition.Video video) throws IOException {
      VideoMezzanine opened = mezzanines.video(rung, video);
      videos.add(opened);
      return opened;
    }

    @Override
    public PiecedSound sound() {
      return sound;
    }

    @Override
    public void close() throws IOException {
      for (VideoMezzanine video : videos) {
        video.close();
      }
    }
  }
}
