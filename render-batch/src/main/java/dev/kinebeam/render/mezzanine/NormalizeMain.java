package dev.kinebeam.render.mezzanine;

import dev.kinebeam.render.libav.Libav;
import dev.kinebeam.render.libav.Longest;
import dev.kinebeam.render.libav.MediaException;
import dev.kinebeam.render.libav.PcmDecoder;
import dev.kinebeam.render.libav.VideoFormat;
import dev.kinebeam.render.libav.VideoNormalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * The child process in which untrusted media are decoded: {@code video SOURCE OUT_DIR LONGEST WIDTH
 * HEIGHT CRF MAX_BIT_RATE} or {@code voice SOURCE OUT_DIR LONGEST}. It talks in lines on standard
 * output: {@code frames N} now and then, {@code cpu MILLISECONDS} at its end, {@code rejected
 * REASON} with exit code {@value #REJECTED}, and {@code failed REASON} with exit code {@value
 * #FAILED} when not the source but this machine is at fault. It ends at once when its parent does,
 * however that ends: then its standard input does.
 */
public final class NormalizeMain {
  static final int REJECTED = 3;
  static final int FAILED = 4;
  static final String FRAMES = "frames ";
  static final String REASON = "rejected ";
  static final String FAULT = "failed ";
  static final String NEEDS = "needs ";
  static final String CPU = "cpu ";

  /** A plane of the biggest picture that we decode takes 72 MB; a header may ask for anything. */
  private static final long MOST_AT_ONCE = 256L << 20;

  private static final int FRAMES_PER_LINE = 15;

  private NormalizeMain() {}

  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    endWithParent();
    Libav.limitAllocations(MOST_AT_ONCE);
    Path source = Path.of(args[1]);
    Path directory = Path.of(args[2]);
    Longest longest = new Longest(Duration.parse(args[3]), Normalizer.Limits.LONGEST);
    VideoFormat format = args[0].equals("video") ? format(args) : null;
    try {
      if (format == null) {
        PcmDecoder.decode(source, directory.resolve(VideoMezzanine.AUDIO_FILE), longest);
      } else {
        long frames = video(source, directory, format, longest, done -> tell(done, out));
        out.println(FRAMES + frames);
      }
      ProcessHandle.current()
          .info()
          .totalCpuDuration()
          .ifPresent(cpu -> out.println(CPU + cpu.toMillis()));
    } catch (MediaException e) {
      out.println(REASON + oneLine(e));
      System.exit(REJECTED);
    } catch (IOException e) {
      out.println(NEEDS + needed(source, format));
      out.println(FAULT + oneLine(e));
      System.exit(FAILED);
    }
    // The thread that waits for the parent's end must not keep us.
    System.exit(0);
  }

  private static VideoFormat format(String[] args) {
    return new VideoFormat(
        Integer.parseInt(args[4]),
        Integer.parseInt(args[5]),
        Integer.parseInt(args[6]),
        Integer.parseInt(args[7]));
  }

  /** Fills a folder with the files of a video mezzanine; returns its frames. */
  static long video(
      Path source, Path directory, VideoFormat format, Longest longest, LongConsumer framesDone)
      throws IOException {
    long frames =
        VideoNormalizer.normalize(
            source, directory.resolve(VideoMezzanine.VIDEO_FILE), format, longest, framesDone);
    PcmDecoder.decodeExactly(
        source, directory.resolve(VideoMezzanine.AUDIO_FILE), VideoMezzanine.samples(frames));
    return frames;
  }

  private static void tell(long done, PrintStream out) {
    if (done % FRAMES_PER_LINE == 0) {
      out.println(FRAMES + done);
    }
  }

  /** 0 when nobody knows. */
  private static long needed(Path source, VideoFormat format) {
    try {
      return format == null ? 0 : VideoNormalizer.mostBytes(source, format);
    } catch (IOException e) {
      return 0; // the fault that is about to be told matters more
    }
  }

  private static String oneLine(IOException e) {
    return (e.getMessage() == null ? e.toString() : e.getMessage()).replace('\n', ' ');
  }

  private static void endWithParent() {
    Thread watch = new Thread(() -> haltAtEndOf(System.in), "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void haltAtEndOf(InputStream input) {
    try {
      input.transferTo(OutputStream.nullOutputStream());
    } catch (IOException broken) {
      System.err.println("standard input broke, taken for the end of the parent: " + broken);
    }
    // Not exit: native code may be in the middle of anything, and nothing here wants cleaning.
    Runtime.getRuntime().halt(1);
  }
}
