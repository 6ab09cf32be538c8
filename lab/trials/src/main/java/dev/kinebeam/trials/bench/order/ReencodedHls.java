package dev.kinebeam.trials.bench.order;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.trials.bench.compose.BenchSize;
import dev.kinebeam.trials.bench.compose.Ffmpeg;
import dev.kinebeam.trials.bench.compose.ReencodingReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The reference: every set is encoded again and the parts are joined into an MP4, the file is
 * uploaded, and what was uploaded is packaged as HLS in its one quality.
 */
final class ReencodedHls {
  private final Ffmpeg ffmpeg;
  private final ReencodingReference reencoding;
  private final BundleDirectory bundle;
  private final ObjectStore bucket;

  ReencodedHls(Ffmpeg ffmpeg, BenchSize size, Path bundle, ObjectStore bucket) throws IOException {
    this.ffmpeg = ffmpeg;
    this.reencoding =
        new ReencodingReference(
            ffmpeg, bundle, size.profile().format().width(), size.profile().format().height());
    this.bundle = BundleDirectory.open(bundle);
    this.bucket = bucket;
  }

  /** From the recipe to a playlist whose segments are all there; in milliseconds. */
  double milliseconds(Recipe recipe)
      throws IOException, InterruptedException, RenderScript.Refused {
    Path work = Files.createTempDirectory("kinebeam-bench-order");
    String key = "bench/" + recipe.recipeHash() + ".mp4";
    try {
      long begin = System.nanoTime();
      Path baked = reencoding.render(RenderScript.of(bundle.bundle(), recipe), work);
      bucket.put(key, baked, "video/mp4");
      Path uploaded = work.resolve("uploaded.mp4");
      bucket.download(key, uploaded);
      ffmpeg.run(
          List.of(
              "-v",
              "error",
              "-y",
              "-i",
              uploaded.toString(),
              "-c",
              "copy",
              "-f",
              "hls",
              "-hls_time",
              "2",
              "-hls_playlist_type",
              "vod",
              "-hls_segment_type",
              "fmp4",
              work.resolve("video.m3u8").toString()));
      return (System.nanoTime() - begin) / 1e6;
    } finally {
      bucket.delete(key);
      Folders.delete(work);
    }
  }
}
