package dev.kinebeam.trials.bench.compose;

import dev.kinebeam.composer.plan.RenderPlan;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.composer.plan.RenderScript.Scene;
import dev.kinebeam.schemas.render.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The best that {@code ffmpeg} can do with our mezzanines: it joins copies of their packets and
 * encodes the sound of the whole render once. It limits nothing and proves nothing.
 */
final class CopyByFfmpeg {
  private final Ffmpeg ffmpeg;
  private final Function<String, Path> mezzanine;

  /**
   * @param mezzanine from a primitive's name to the folder of what was made of it
   */
  CopyByFfmpeg(Ffmpeg ffmpeg, Function<String, Path> mezzanine) {
    this.ffmpeg = ffmpeg;
    this.mezzanine = mezzanine;
  }

  Path render(RenderScript script, Map<String, Integer> frames, Path folder)
      throws IOException, InterruptedException {
    StringBuilder list = new StringBuilder();
    List<String> inputs = new ArrayList<>();
    StringBuilder filter = new StringBuilder();
    StringBuilder joined = new StringBuilder();
    Manifest.Gains gains = script.manifest().gains();
    int input = 1;
    for (int i = 0; i < script.scenes().size(); i++) {
      Scene scene = script.scenes().get(i);
      int length = 0;
      for (String video : scene.videos()) {
        list.append("file '").append(mezzanine.apply(video).resolve("video.mp4")).append("'\n");
        double seconds = frames.get(video) / (double) RenderPlan.FRAMES_PER_SECOND;
        list.append(String.format(Locale.ROOT, "duration %.6f%n", seconds));
        length += frames.get(video);
      }
      addSound(inputs, scene.videos().get(0), scene.videos().size() - 1);
      addSound(inputs, scene.voiceOver(), 0);
      filter.append(
          String.format(
              Locale.ROOT,
              "[%d:a]volume=%f[w%d];[%d:a]volume=%f,apad,atrim=end_sample=%d[v%d];"
                  + "[w%d][v%d]amix=2:duration=shortest:normalize=0[m%d];",
              input,
              gains.wildTrack(),
              i,
              input + 1,
              gains.voiceOver(),
              (long) length * RenderPlan.SAMPLES_PER_FRAME,
              i,
              i,
              i,
              i));
      joined.append("[m").append(i).append(']');
      input += 2;
    }
    filter.append(joined).append("concat=n=").append(script.scenes().size()).append(":v=0:a=1[a]");
    Path names = Files.writeString(folder.resolve("takes.txt"), list);
    Path out = folder.resolve("out.mp4");
    List<String> arguments =
        new ArrayList<>(
            List.of("-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", names.toString()));
    arguments.addAll(inputs);
    arguments.addAll(List.of("-filter_complex", filter.toString(), "-map", "0:v", "-map", "[a]"));
    arguments.addAll(List.of("-c:v", "copy", "-c:a", "aac", "-b:a", "192k"));
    arguments.addAll(
        List.of("-video_track_timescale", "15360", "-movflags", "+faststart", out.toString()));
    ffmpeg.run(arguments);
    return out;
  }

  private void addSound(List<String> inputs, String primitive, int loops) {
    inputs.addAll(List.of("-f", "s16le", "-ar", "48000", "-ac", "2"));
    inputs.addAll(List.of("-stream_loop", Integer.toString(loops)));
    inputs.addAll(List.of("-i", mezzanine.apply(primitive).resolve("audio.pcm").toString()));
  }
}
