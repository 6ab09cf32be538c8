package dev.kinebeam.composer.check;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.bundle.PrimitiveSource;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.media.MediaChildren;
import dev.kinebeam.program.process.Parallel;
import dev.kinebeam.schemas.Counted;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;

/** Looks at every file of a bundle and judges what was seen. */
public final class BundleChecker {
  private final MediaChildren children;
  private final BiConsumer<Integer, Integer> progress;

  /**
   * {@code progress} receives the number of finished files and of all files, from several threads.
   */
  public BundleChecker(MediaChildren children, BiConsumer<Integer, Integer> progress) {
    this.children = children;
    this.progress = progress;
  }

  /**
   * Checks the bundle; what is wrong with a file is in the result and keeps no other from being
   * checked.
   *
   * @throws IOException when the bundle cannot be listed, or it is a folder above bundles
   */
  public CheckResult check(BundleSource source) throws IOException {
    List<String> files = source.files();
    requireBundle(source.place(), files);
    List<String> media =
        files.stream().filter(f -> f.endsWith(".mp4") || f.endsWith(".mp3")).toList();
    Map<String, Inspection> inspections = new TreeMap<>();
    List<Callable<Inspection>> work = new ArrayList<>();
    media.forEach(file -> work.add(() -> inspect(source, file)));
    List<Inspection> inspected = Parallel.run(work, done -> progress.accept(done, work.size()));
    for (int i = 0; i < media.size(); i++) {
      inspections.put(media.get(i), inspected.get(i));
    }
    Optional<byte[]> manifest = Optional.empty();
    if (files.contains(BundleDirectory.MANIFEST)) {
      try {
        manifest = Optional.of(source.read(BundleDirectory.MANIFEST));
      } catch (IOException e) {
        inspections.put(BundleDirectory.MANIFEST, new Inspection.Unreachable(reason(e)));
      }
    }
    return BundleRules.judge(source.place(), source.name(), manifest, files, inspections);
  }

  /** Nothing is decoded of a folder above bundles: its files are those of several. */
  private static void requireBundle(String place, List<String> files) throws IOException {
    if (files.contains(BundleDirectory.MANIFEST)) {
      return;
    }
    String end = "/" + BundleDirectory.MANIFEST;
    List<String> bundles =
        files.stream()
            .filter(file -> file.endsWith(end))
            .map(file -> file.substring(0, file.length() - end.length()))
            .toList();
    if (!bundles.isEmpty()) {
      String above = place.endsWith("/") ? place : place + "/";
      throw new IOException(
          "%s holds %s and is not one itself; check one at a time: ./kinebeam bundle check %s%s"
              .formatted(place, Counted.of(bundles.size(), "bundle"), above, bundles.get(0)));
    }
  }

  private Inspection inspect(BundleSource source, String file) throws IOException {
    try {
      PrimitiveSource primitive = source.source(file);
      return new Inspection.Decoded(children.inspect(primitive.file()), primitive.sha256());
    } catch (MediaException e) {
      return new Inspection.Unusable(e.getMessage());
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return new Inspection.Unreachable(reason(e));
    } finally {
      source.release(file);
    }
  }

  private static String reason(IOException failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
