package dev.kinebeam.composer.compose;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.bundle.PrimitiveSource;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Mp4Index;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.composer.plan.RenderPlan;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Composes renders: finds or makes the mezzanines, then copies their packets beside one continuous
 * sound track, of which only what was never heard before is encoded.
 *
 * <p>The same bundle, recipe and seed give the same bytes. The finished file appears under its name
 * whole and on the disk, or not at all; a call that ends in any way leaves no other file, and the
 * next call deletes the files that a killed process left in the folder. Interrupting the calling
 * thread cancels between packets. Thread-safe; calls share the cache and no codec.
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
   * @throws dev.kinebeam.composer.mezzanine.SourceRejected when a primitive cannot be used
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
   * @throws dev.kinebeam.composer.mezzanine.SourceRejected when a primitive cannot be used
   * @throws java.io.InterruptedIOException when cancelled
   */
  public Composed compose(
      RenderScript script, Function<String, PrimitiveSource> sources, Path out, Progress progress)
      throws IOException {
    long begin = System.nanoTime();
    try (Materials materials = Materials.gather(script, sources, cache, progress)) {
      long ready = System.nanoTime();
      RenderPlan plan = RenderPlan.of(script, materials.framesOfVideos());
      write(plan, materials, out, progress);
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

  private void write(RenderPlan plan, Materials materials, Path out, Progress progress)
      throws IOException {
    write(
        takes(plan, materials),
        PiecedSound.of(plan, materials, PiecedSound.keptIn(cache)),
        out,
        progress);
  }

  /**
   * Writes videos one after the other with their sound; as {@link #compose}.
   *
   * @param takes in playing order, all with equal sample entries
   */
  public static void write(
      List<VideoMezzanine> takes, PiecedSound soundTrack, Path out, Progress progress)
      throws IOException {
    Path target = out.toAbsolutePath();
    UnfinishedFile.sweep(target.getParent());
    try (UnfinishedFile packets = UnfinishedFile.of(target);
        UnfinishedFile movie = UnfinishedFile.of(target)) {
      AacTrack sound =
          AacTrack.gather(soundTrack, packets.channel(), part -> progress.at("sound", part));
      new MovieFile(takes, sound).writeTo(movie.channel(), part -> progress.at("write", part));
      movie.finish();
    } catch (ClosedByInterruptException e) {
      throw new InterruptedIOException("cancelled while writing the render");
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          target + " was not written, and nothing of it is left: " + reason(e, target), e);
    }
  }

  /** With the room there is, since a full disk is the usual reason. */
  private static String reason(IOException e, Path target) throws IOException {
    long free = Files.getFileStore(target.getParent()).getUsableSpace();
    String words = e.getMessage() == null ? e.toString() : e.getMessage();
    return words + " (" + (free >> 20) + " MB are free there)";
  }

  private static List<VideoMezzanine> takes(RenderPlan plan, Materials materials)
      throws IOException {
    List<VideoMezzanine> takes = new ArrayList<>();
    for (RenderPlan.Take take : plan.takes()) {
      VideoMezzanine mezzanine = materials.video(take.video());
      VideoMezzanine first = takes.isEmpty() ? mezzanine : takes.get(0);
      if (!Arrays.equals(first.sampleEntry(), mezzanine.sampleEntry())) {
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

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
