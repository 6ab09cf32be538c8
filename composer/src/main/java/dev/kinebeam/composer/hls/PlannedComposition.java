package dev.kinebeam.composer.hls;

import dev.kinebeam.composer.bundle.PrimitiveSource;
import dev.kinebeam.composer.compose.Materials;
import dev.kinebeam.composer.compose.Progress;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.composer.plan.RenderPlan;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.schemas.render.Composition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A plan, and the composition that it comes to with the mezzanines of now. */
public record PlannedComposition(RenderPlan plan, Composition composition) {
  /**
   * Finds what a script plays in every quality, making what is missing.
   *
   * @param sources finds a primitive by its name in the bundle
   * @param ladder one cache per quality, the best first; the first one's wild tracks are heard
   * @throws dev.kinebeam.composer.mezzanine.SourceRejected when a primitive cannot be used
   */
  public static PlannedComposition of(
      RenderScript script,
      Function<String, PrimitiveSource> sources,
      List<MezzanineCache> ladder,
      Progress progress)
      throws IOException {
    Map<String, PrimitiveSource> once = new ConcurrentHashMap<>();
    Function<String, PrimitiveSource> hashedOnce =
        name -> once.computeIfAbsent(name, n -> HashedOnce.of(sources.apply(n)));
    List<Composition.Rung> rungs = new ArrayList<>();
    List<Composition.Mezzanine> voiceOvers = new ArrayList<>();
    RenderPlan plan = null;
    for (MezzanineCache cache : ladder) {
      try (Materials materials = Materials.gather(script, hashedOnce, cache, progress)) {
        if (plan == null) {
          plan = RenderPlan.of(script, materials.framesOfVideos());
          for (String name : script.voiceOvers()) {
            voiceOvers.add(materials.voice(name).describe(name));
          }
        }
        rungs.add(rung(cache, script, materials));
      }
    }
    return new PlannedComposition(plan, composition(plan, rungs, voiceOvers));
  }

  private static Composition.Rung rung(
      MezzanineCache cache, RenderScript script, Materials materials) throws IOException {
    List<Composition.Video> videos = new ArrayList<>();
    byte[] sampleEntry = null;
    for (String name : script.videos()) {
      VideoMezzanine mezzanine = materials.video(name);
      if (sampleEntry == null) {
        sampleEntry = mezzanine.sampleEntry();
      } else if (!Arrays.equals(sampleEntry, mezzanine.sampleEntry())) {
        throw new IOException(
            "the mezzanine of " + name + " does not go with the others of its quality");
      }
      videos.add(mezzanine.describe(name));
    }
    return new Composition.Rung(
        cache.quality().label(),
        cache.quality().format().width(),
        cache.quality().format().height(),
        Base64.getEncoder().encodeToString(sampleEntry),
        videos);
  }

  private static Composition composition(
      RenderPlan plan, List<Composition.Rung> rungs, List<Composition.Mezzanine> voiceOvers) {
    return new Composition(
        plan.script().recipe().exercise(),
        plan.script().recipe().language(),
        plan.script().manifest().gains(),
        rungs,
        voiceOvers,
        plan.takes().stream()
            .map(take -> new Composition.Take(take.video(), take.firstFrame(), take.frames()))
            .toList(),
        plan.voices().stream()
            .map(voice -> new Composition.Voice(voice.file(), voice.firstSample(), voice.samples()))
            .toList());
  }
}
