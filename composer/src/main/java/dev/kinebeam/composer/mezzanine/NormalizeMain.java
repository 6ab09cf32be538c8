package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.libav.DurationLimit;
import dev.kinebeam.composer.libav.Libav;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.libav.PcmDecoder;
import dev.kinebeam.composer.libav.VideoFormat;
import dev.kinebeam.composer.libav.VideoNormalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * The child process in which untrusted media are decoded: {@code video SOURCE OUT_DIR LONGEST WIDTH
 * HEIGHT CRF MAX_BIT_RATE} or {@code voice SOURCE OUT_DIR LONGEST}. It talks in lines on standard
 * output: {@code frames N} now and then, {@code cpu MILLISECONDS} at its end, {@code rejected
 * REASON} with exit code {@value #REJECTED}, and {@code failed REASON} with exit code {@value
 * #FAILED} when not the source but this machine is at fault; before that {@code needs BYTES} when
 * it is the disk of {@code OUT_DIR}. It ends at once when its parent does, however that ends: then
 * its standard input does.
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
  private static final long MAX_AT_ONCE = 256L << 20;

  private static final int FRAMES_PER_LINE = 15;

  private NormalizeMain() {}

  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    endWithParent();
    try {
      normalize(args, out);
    } catch (RuntimeException | LinkageError e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      out.println(FAULT + oneLine(trace.toString()));
      System.exit(FAILED);
    }
    // The thread that waits for the parent's end must not keep us.
    System.exit(0);
  }

  private static void normalize(String[] args, PrintStream out) {
    Libav.limitAllocations(MAX_AT_ONCE);
    Path source = Path.of(args[1]);
    Path directory = Path.of(args[2]);
    DurationLimit longest = new DurationLimit(Duration.parse(args[3]), Normalizer.Limits.LONGEST);
    VideoFormat format = args[0].equals("video") ? format(args) : null;
    try {
      if (format == null) {
        PcmDecoder.decode(source, directory.resolve(VideoMezzanine.AUDIO_FILE), longest);
      } else {
        long frames = video(source, directory, format, longest, done -> reportFrames(done, out));
        out.println(FRAMES + frames);
      }
      ProcessHandle.current()
          .info()
          .totalCpuDuration()
          .ifPresent(cpu -> out.println(CPU + cpu.toMillis()));
    } catch (MediaException e) {
      out.println(REASON + oneLine(e.getMessage()));
      System.exit(REJECTED);
    } catch (OutOfMemoryError e) {
      // Our heap is as big as it always is, so trying again would not help.
      out.println(REASON + "takes more memory than its decoder has: " + oneLine(e.toString()));
      System.exit(REJECTED);
    } catch (IOException e) {
      if (isOfDisk(e, directory)) {
        out.println(NEEDS + needed(source, format));
      }
      boolean explained = e.getMessage() != null && !(e instanceof FileSystemException);
      // The message of one of a file system may be the file's name and no more.
      out.println(FAULT + oneLine(explained ? e.getMessage() : e.toString()));
      System.exit(FAILED);
    }
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
      Path source,
      Path directory,
      VideoFormat format,
      DurationLimit longest,
      LongConsumer framesDone)
      throws IOException {
    long frames =
        VideoNormalizer.normalize(
            source, directory.resolve(VideoMezzanine.VIDEO_FILE), format, longest, framesDone);
    PcmDecoder.decodeExactly(
        source, directory.resolve(VideoMezzanine.AUDIO_FILE), VideoMezzanine.samples(frames));
    return frames;
  }

  private static void reportFrames(long done, PrintStream out) {
    if (done % FRAMES_PER_LINE == 0) {
      out.println(FRAMES + done);
    }
  }

  /** 0 when it is unknown. */
  private static long needed(Path source, VideoFormat format) {
    try {
      return format == null ? 0 : VideoNormalizer.mostBytes(source, format);
    } catch (IOException e) {
      return 0; // the fault that is about to be reported matters more
    }
  }

  /** Not when it names a file elsewhere, such as a source that cannot be read. */
  private static boolean isOfDisk(IOException e, Path directory) {
    // While it writes, Java names no file.
    return !(e instanceof FileSystemException named)
        || named.getFile() == null
        || Path.of(named.getFile()).toAbsolutePath().startsWith(directory.toAbsolutePath());
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\n\\s*", " ");
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
