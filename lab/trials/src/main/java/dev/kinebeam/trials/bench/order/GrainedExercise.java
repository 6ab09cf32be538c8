package dev.kinebeam.trials.bench.order;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.bundle.BundleFiles;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.trials.bench.compose.Ffmpeg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The first variant of every primitive of the sample with the grain that a camera leaves, as an
 * exercise of its own: drawn pictures take a tenth of what filmed ones take, these take about 2
 * Mb/s at 720p.
 */
final class GrainedExercise {
  static final String SLUG = "lumbar-detensioning-grained";

  private static final String GRAIN = "scale=w='min(1280,iw)':h=-2,noise=alls=8:allf=t";

  private GrainedExercise() {}

  /**
   * Makes what is missing of its bundle.
   *
   * @param drawn the sample's
   */
  static void make(Path drawn, Path folder, Ffmpeg ffmpeg)
      throws IOException, InterruptedException {
    for (String file : BundleFiles.in(drawn)) {
      if (Bundle.primitive(file).filter(primitive -> primitive.variant() == 1).isPresent()
          && !Files.exists(folder.resolve(file))) {
        makeOne(drawn.resolve(file), folder.resolve(file), ffmpeg);
      }
    }
    ObjectNode manifest =
        (ObjectNode)
            Json.MAPPER.readTree(Files.readAllBytes(drawn.resolve(BundleDirectory.MANIFEST)));
    manifest.put("exercise", SLUG);
    Files.write(folder.resolve(BundleDirectory.MANIFEST), Json.bytes(manifest));
  }

  private static void makeOne(Path drawn, Path target, Ffmpeg ffmpeg)
      throws IOException, InterruptedException {
    Files.createDirectories(target.getParent());
    if (!target.toString().endsWith(".mp4")) {
      Files.copy(drawn, target);
      return;
    }
    Path making = target.resolveSibling("." + target.getFileName() + ".tmp");
    ffmpeg.run(
        List.of(
            "-v",
            "error",
            "-y",
            "-i",
            drawn.toString(),
            "-vf",
            GRAIN,
            "-c:v",
            "libx264",
            "-preset",
            "superfast",
            "-crf",
            "18",
            "-c:a",
            "copy",
            "-f",
            "mp4",
            making.toString()));
    Files.move(making, target, StandardCopyOption.ATOMIC_MOVE);
  }
}
