package dev.kinebeam.render.compose;

import dev.kinebeam.render.bundle.BundleDirectory;
import dev.kinebeam.render.bundle.PrimitiveSource;
import dev.kinebeam.render.mezzanine.MezzanineCache;
import dev.kinebeam.render.mezzanine.Mp4Index;
import dev.kinebeam.render.mezzanine.PcmClip;
import dev.kinebeam.render.mezzanine.VideoMezzanine;
import dev.kinebeam.render.plan.RenderPlan;
import dev.kinebeam.render.plan.RenderScript;
import dev.kinebeam.schemas.render.Manifest;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Composes renders: finds or makes the mezzanines, then copies their packets and encodes one
 * continuous sound track.
 *
 * <p>The same bundle, recipe and seed give the same bytes. The finished file appears whole under
 * its name, or not at all. Interrupting the calling thread cancels between packets. Thread-safe;
 * calls share the cache and no codec.
 */
public final class Composer {
  private final MezzanineCache cache;

  public Composer(MezzanineCache cache) {
    this.cache = cache;
  }

  /**
   * Composes {@code recipe} into {@code out}, whose folder must be there; an older file of that
   * name is replaced.
   *
   * @throws RenderScript.Refused when the bundle cannot serve the recipe
   * @throws dev.kinebeam.render.mezzanine.SourceRejected when a primitive cannot be used
   * @throws java.io.InterruptedIOException when cancelled
   */
  public Composed compose(BundleDirectory bundle, Recipe recipe, Path out, Progress progress)
      throws IOException, RenderScript.Refused {
    return compose(RenderScript.of(bundle.bundle(), recipe), bundle::source, out, progress);
  }

  /**
   * Composes a script whose primitives may be anywhere.
   *
   * @param sources finds a primitive by its name in the bundle
   * @throws dev.kinebeam.render.mezzanine.SourceRejected when a primitive cannot be used
   * @throws java.io.InterruptedIOException when cancelled
   */
  public Composed compose(
      RenderScript script, Function<String, PrimitiveSource> sources, Path out, Progress progress)
      throws IOException {
    long begin = System.nanoTime();
    try (Materials materials = Materials.gather(script, sources, cache, progress)) {
      long ready = System.nanoTime();
      RenderPlan plan = RenderPlan.of(script, materials.framesOfVideos());
      compose(plan, materials, out, progress);
      long done = System.nanoTime();
      return new Composed(
          out,
          plan,
          Mp4Index.frames(out),
          Files.size(out),
          seconds(ready - begin),
          seconds(done - ready));
    }
  }

  private static void compose(RenderPlan plan, Materials materials, Path out, Progress progress)
      throws IOException {
    List<VideoMezzanine> takes = takes(plan, materials);
    AacTrack sound =
        AacTrack.encode(soundTrack(plan, materials), part -> progress.at("sound", part));
    MovieFile movie = new MovieFile(takes, sound);
    Path target = out.toAbsolutePath();
    Path unfinished =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        movie.writeTo(channel, part -> progress.at("write", part));
      }
      Files.move(
          unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static List<VideoMezzanine> takes(RenderPlan plan, Materials materials)
      throws IOException {
    List<VideoMezzanine> takes = new ArrayList<>();
    for (RenderPlan.Take take : plan.takes()) {
      VideoMezzanine mezzanine = materials.video(take.video());
      VideoMezzanine first = takes.isEmpty() ? mezzanine : takes.get(0);
      if (first.delay() != mezzanine.delay()
          || !Arrays.equals(first.sampleEntry(), mezzanine.sampleEntry())) {
        throw new IOException(
            "the mezzanines of "
                + plan.takes().get(0).video()
                + " and "
                + take.video()
                + " cannot be joined: empty the cache directory");
      }
      takes.add(mezzanine);
    }
    return takes;
  }

  private static SoundTrack soundTrack(RenderPlan plan, Materials materials) {
    Manifest.Gains gains = plan.script().manifest().gains();
    List<SoundTrack.Placed> clips = new ArrayList<>();
    for (RenderPlan.Take take : plan.takes()) {
      PcmClip wildTrack = materials.video(take.video()).wildTrack();
      clips.add(
          new SoundTrack.Placed(
              wildTrack, take.firstSample(), take.samples(), (float) gains.wildTrack()));
    }
    for (RenderPlan.Voice voice : plan.voices()) {
      clips.add(
          new SoundTrack.Placed(
              materials.voice(voice.file()),
              voice.firstSample(),
              voice.samples(),
              (float) gains.voiceOver()));
    }
    clips.sort(Comparator.comparingLong(SoundTrack.Placed::firstSample));
    return new SoundTrack(clips, plan.samples());
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
