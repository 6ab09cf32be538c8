package dev.kinebeam.trials.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;

/**
 * Videos of moving pictures: {@code master.m3u8} with 20 segments of a second each in two
 * renditions, {@code v0} of 90 lines and {@code v1} of 180, and {@code video.mp4} of five seconds.
 */
final class SampleMedia {
  private SampleMedia() {}

  /** Makes them in a folder, with the program that comes with the libraries. */
  static void make(Path folder) throws Exception {
    Files.createDirectories(folder);
    List<String> hls = new ArrayList<>(picture(20));
    Collections.addAll(
        hls,
        "-filter_complex",
        "[0:v]split=2[a][b];[b]scale=160:90[c]",
        "-map",
        "[c]",
        "-map",
        "[a]",
        "-map",
        "1:a",
        "-map",
        "1:a",
        "-b:v:0",
        "80k",
        "-b:v:1",
        "300k");
    hls.addAll(encoding());
    Collections.addAll(
        hls,
        "-f",
        "hls",
        "-hls_time",
        "1",
        "-hls_playlist_type",
        "vod",
        "-hls_segment_type",
        "fmp4",
        "-hls_fmp4_init_filename",
        "init.mp4",
        "-hls_segment_filename",
        folder + "/v%v/s%d.m4s",
        "-master_pl_name",
        "master.m3u8",
        "-var_stream_map",
        "v:0,a:0 v:1,a:1",
        folder + "/v%v/index.m3u8");
    run(hls);
    List<String> file = new ArrayList<>(picture(5));
    Collections.addAll(file, "-b:v", "300k", "-movflags", "+faststart");
    file.addAll(encoding());
    file.add(folder + "/video.mp4");
    run(file);
  }

  private static List<String> picture(int seconds) {
    return List.of(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=320x180:rate=25:duration=" + seconds,
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=300:duration=" + seconds);
  }

  private static List<String> encoding() {
    return List.of(
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-g",
        "25",
        "-keyint_min",
        "25",
        "-sc_threshold",
        "0",
        "-c:a",
        "aac",
        "-b:a",
        "32k");
  }

  private static void run(List<String> arguments) throws IOException, InterruptedException {
    String program = Loader.load(ffmpeg.class);
    List<String> command = new ArrayList<>(List.of(program, "-v", "error", "-y"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", Path.of(program).getParent().toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(output);
    }
  }
}
