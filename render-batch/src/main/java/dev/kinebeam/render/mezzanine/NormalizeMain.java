package dev.kinebeam.render.mezzanine;

import dev.kinebeam.render.libav.MediaException;
import dev.kinebeam.render.libav.PcmDecoder;
import dev.kinebeam.render.libav.VideoFormat;
import dev.kinebeam.render.libav.VideoNormalizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The child process in which untrusted media are decoded: {@code video SOURCE OUT_DIR WIDTH HEIGHT
 * CRF MAX_BIT_RATE} or {@code voice SOURCE OUT_DIR}. It talks in lines on standard output: {@code
 * frames N} now and then, {@code cpu MILLISECONDS} at its end, and {@code rejected REASON} with
 * exit code {@value #REJECTED}.
 */
public final class NormalizeMain {
  static final int REJECTED = 3;
  static final String FRAMES = "frames ";
  static final String REASON = "rejected ";
  static final String CPU = "cpu ";
  private static final int FRAMES_PER_LINE = 15;

  private NormalizeMain() {}

  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Path source = Path.of(args[1]);
    Path directory = Path.of(args[2]);
    try {
      if (args[0].equals("video")) {
        VideoFormat format =
            new VideoFormat(
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4]),
                Integer.parseInt(args[5]),
                Integer.parseInt(args[6]));
        video(source, directory, format, out);
      } else {
        PcmDecoder.decode(source, directory.resolve(VideoMezzanine.AUDIO_FILE));
      }
      ProcessHandle.current()
          .info()
          .totalCpuDuration()
          .ifPresent(cpu -> out.println(CPU + cpu.toMillis()));
    } catch (MediaException e) {
      out.println(REASON + e.getMessage().replace('\n', ' '));
      System.exit(REJECTED);
    }
  }

  private static void video(Path source, Path directory, VideoFormat format, PrintStream out)
      throws IOException {
    long frames =
        VideoNormalizer.normalize(
            source,
            directory.resolve(VideoMezzanine.VIDEO_FILE),
            format,
            done -> {
              if (done % FRAMES_PER_LINE == 0) {
                out.println(FRAMES + done);
                haltWithoutReader(out);
              }
            });
    PcmDecoder.decodeExactly(
        source, directory.resolve(VideoMezzanine.AUDIO_FILE), VideoMezzanine.samples(frames));
    out.println(FRAMES + frames);
  }

  /** Nobody reads on: the parent is gone, and so must we be. */
  private static void haltWithoutReader(PrintStream out) {
    if (out.checkError()) {
      Runtime.getRuntime().halt(1);
    }
  }
}
