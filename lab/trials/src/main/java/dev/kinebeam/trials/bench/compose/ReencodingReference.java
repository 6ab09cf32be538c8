package dev.kinebeam.trials.bench.compose;

import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.composer.plan.RenderScript.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The reference of the bench, a render without mezzanines: every set is encoded again from its
 * looped video and its mixed sound, equal ones once, and the parts are joined by the concat
 * demuxer.
 */
public final class ReencodingReference {
  private static final String PICTURE =
      "scale=1920:1080:force_original_aspect_ratio=decrease,"
          + "pad=1920:1080:(ow-iw)/2:(oh-ih)/2,setsar=1,fps=30,format=yuv420p";

  private final Ffmpeg ffmpeg;
  private final Path bundle;
  private final String picture;

  public ReencodingReference(Ffmpeg ffmpeg, Path bundle, int width, int height) {
    this.ffmpeg = ffmpeg;
    this.bundle = bundle;
    this.picture = PICTURE.replace("1920", "" + width).replace("1080", "" + height);
  }

  /** Bakes into an empty folder; returns the finished file. */
  public Path render(RenderScript script, Path folder) throws IOException, InterruptedException {
    Map<Scene, Path> baked = new LinkedHashMap<>();
    StringBuilder list = new StringBuilder();
    for (Scene scene : script.scenes()) {
      Scene content = new Scene("", null, null, scene.videos(), scene.voiceOver());
      Path part = baked.get(content);
      if (part == null) {
        part = folder.resolve("part" + baked.size() + ".mp4");
        bake(scene, script, part);
        baked.put(content, part);
      }
      list.append("file '").append(part.toAbsolutePath()).append("'\n");
    }
    Path names = Files.writeString(folder.resolve("parts.txt"), list);
    Path out = folder.resolve("out.mp4");
    ffmpeg.run(
        List.of(
            "-v",
            "error",
            "-y",
            "-f",
            "concat",
            "-safe",
            "0",
            "-i",
            names.toString(),
            "-c",
            "copy",
            "-movflags",
            "+faststart",
            out.toString()));
    return out;
  }

  private void bake(Scene scene, RenderScript script, Path part)
      throws IOException, InterruptedException {
    List<String> videos = scene.videos();
    if (videos.stream().distinct().count() != 1) {
      throw new IOException("re-encoding every set does not support chained variants");
    }
    String filter =
        String.format(
            Locale.ROOT,
            "[0:v]%s[v];[0:a]volume=%f[a0];[1:a]volume=%f[a1];"
                + "[a0][a1]amix=inputs=2:duration=first:dropout_transition=0:normalize=0,"
                + "aresample=48000,aformat=channel_layouts=stereo[a]",
            picture,
            script.manifest().gains().wildTrack(),
            script.manifest().gains().voiceOver());
    List<String> arguments = new ArrayList<>(List.of("-v", "error", "-y", "-stream_loop"));
    arguments.add(Integer.toString(videos.size() - 1));
    arguments.addAll(List.of("-i", bundle.resolve(videos.get(0)).toString()));
    arguments.addAll(List.of("-i", bundle.resolve(scene.voiceOver()).toString()));
    arguments.addAll(List.of("-filter_complex", filter, "-map", "[v]", "-map", "[a]"));
    arguments.addAll(List.of("-c:v", "libx264", "-preset", "veryfast"));
    arguments.addAll(List.of("-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2"));
    arguments.addAll(List.of("-video_track_timescale", "15360", part.toString()));
    ffmpeg.run(arguments);
  }
}
