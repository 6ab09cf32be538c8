package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.libav.DurationLimit;
import dev.kinebeam.composer.libav.Libav;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.libav.PcmDecoder;
import dev.kinebeam.composer.libav.VideoFormat;
import dev.kinebeam.composer.libav.VideoNormalizer;
import dev.kinebeam.composer.libav.WireLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The child process in which untrusted media are decoded. It is asked in lines on standard input,
 * words as {@link WireLine} writes them: {@code video SOURCE LONGEST} and {@code OUT_DIR WIDTH
 * HEIGHT CRF MAX_BIT_RATE} for each quality, or {@code voice SOURCE LONGEST OUT_DIR}. It answers in
 * lines on standard output: {@code frames N} now and then, {@code cpu MILLISECONDS} at the end,
 * then {@value #DONE}, and is ready for the next request. After a source that it could not use it
 * ends: {@code rejected REASON} with exit code {@value #REJECTED}, and {@code failed REASON} with
 * exit code {@value #FAILED} when not the source but this machine is at fault; before that {@code
 * needs BYTES} when it is the disk of {@code OUT_DIR}. It ends when it is asked nothing for a
 * while, and at once when its parent does, however that ends: then its standard input does.
 */
public final class NormalizeMain {
  static final int REJECTED = 3;
  static final int FAILED = 4;
  static final String FRAMES = "frames ";
  static final String REASON = "rejected ";
  static final String FAULT = "failed ";
  static final String NEEDS = "needs ";
  static final String CPU = "cpu ";
  static final String DONE = "done";

  private static final String VIDEO = "video";

  /** What it holds of memory is not worth more than this to whoever may come. */
  private static final long IDLE_SECONDS = 20;

  /** A plane of the biggest picture that we decode takes 72 MB; a header may ask for anything. */
  private static final long MAX_AT_ONCE = 256L << 20;

  private static final int FRAMES_PER_LINE = 15;

  private NormalizeMain() {}

  public static void main(String[] args) throws InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> readRequests(System.in, asked), "requests");
    reader.setDaemon(true);
    reader.start();
    try {
      Libav.limitAllocations(MAX_AT_ONCE);
      long cpu = 0;
      for (String line = next(asked); line != null; line = next(asked)) {
        normalize(Request.of(WireLine.words(line)), out);
        long now = cpuMillis();
        out.println(CPU + (now - cpu));
        out.println(DONE);
        cpu = now;
      }
    } catch (RuntimeException | LinkageError e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      out.println(FAULT + oneLine(trace.toString()));
      System.exit(FAILED);
    }
    // The thread that waits for the parent's end must not keep us.
    System.exit(0);
  }

  private static String next(BlockingQueue<String> asked) throws InterruptedException {
    return asked.poll(IDLE_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * What is asked for.
   *
   * @param targets empty for the sound of a voice-over
   * @param directories where it is written
   */
  private record Request(
      Path source, DurationLimit longest, List<Target> targets, List<Path> directories) {
    private static final int WORDS_PER_TARGET = 5;

    static Request of(List<String> words) {
      List<Target> targets = new ArrayList<>();
      if (words.get(0).equals(VIDEO)) {
        for (int at = 3; at < words.size(); at += WORDS_PER_TARGET) {
          targets.add(Target.of(words.subList(at, at + WORDS_PER_TARGET)));
        }
      }
      return new Request(
          Path.of(words.get(1)),
          new DurationLimit(Duration.parse(words.get(2)), Normalizer.Limits.LONGEST),
          targets,
          targets.isEmpty()
              ? List.of(Path.of(words.get(3)))
              : targets.stream().map(Target::directory).toList());
    }
  }

  /** The request's line for a video in several qualities. */
  static String video(Path source, Duration longest, List<Target> targets) {
    List<String> words = start(VIDEO, source, longest);
    targets.forEach(target -> words.addAll(target.words()));
    return WireLine.line(words);
  }

  /** The request's line for a voice-over. */
  static String voice(Path source, Duration longest, Path directory) {
    List<String> words = start("voice", source, longest);
    words.add(directory.toAbsolutePath().toString());
    return WireLine.line(words);
  }

  private static List<String> start(String kind, Path source, Duration longest) {
    return new ArrayList<>(List.of(kind, source.toAbsolutePath().toString(), longest.toString()));
  }

  private static long cpuMillis() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
  }

  private static void normalize(Request request, PrintStream out) {
    try {
      if (request.targets().isEmpty()) {
        Path sound = request.directories().get(0).resolve(VideoMezzanine.AUDIO_FILE);
        PcmDecoder.decode(request.source(), sound, request.longest());
      } else {
        long frames =
            video(
                request.source(),
                request.targets(),
                request.longest(),
                done -> reportFrames(done, out));
        out.println(FRAMES + frames);
      }
    } catch (MediaException e) {
      out.println(REASON + oneLine(e.getMessage()));
      System.exit(REJECTED);
    } catch (OutOfMemoryError e) {
      // Our heap is as big as it always is, so trying again would not help.
      out.println(REASON + "takes more memory than its decoder has: " + oneLine(e.toString()));
      System.exit(REJECTED);
    } catch (IOException e) {
      if (isOfDisk(e, request)) {
        out.println(NEEDS + needed(request));
      }
      boolean explained = e.getMessage() != null && !(e instanceof FileSystemException);
      // The message of one of a file system may be the file's name and no more.
      out.println(FAULT + oneLine(explained ? e.getMessage() : e.toString()));
      System.exit(FAILED);
    }
  }

  /** Fills folders with the files of a video's mezzanines; returns its frames. */
  static long video(
      Path source, List<Target> targets, DurationLimit longest, LongConsumer framesDone)
      throws IOException {
    List<VideoNormalizer.Output> outputs =
        targets.stream()
            .map(
                target ->
                    new VideoNormalizer.Output(
                        target.directory().resolve(VideoMezzanine.VIDEO_FILE), target.format()))
            .toList();
    long frames = VideoNormalizer.normalize(source, outputs, longest, framesDone);
    // The sound is the same in every quality.
    Path sound = targets.get(0).directory().resolve(VideoMezzanine.AUDIO_FILE);
    PcmDecoder.decodeExactly(source, sound, VideoMezzanine.samples(frames));
    for (Target target : targets.subList(1, targets.size())) {
      Files.copy(
          sound,
          target.directory().resolve(VideoMezzanine.AUDIO_FILE),
          StandardCopyOption.REPLACE_EXISTING);
    }
    return frames;
  }

  private static void reportFrames(long done, PrintStream out) {
    if (done % FRAMES_PER_LINE == 0) {
      out.println(FRAMES + done);
    }
  }

  /** 0 when it is unknown. */
  private static long needed(Request request) {
    try {
      List<VideoFormat> formats = request.targets().stream().map(Target::format).toList();
      return formats.isEmpty() ? 0 : VideoNormalizer.mostBytes(request.source(), formats);
    } catch (IOException e) {
      return 0; // the fault that is about to be reported matters more
    }
  }

  /** Not when it names a file elsewhere, such as a source that cannot be read. */
  private static boolean isOfDisk(IOException e, Request request) {
    // While it writes, Java names no file.
    return !(e instanceof FileSystemException named)
        || named.getFile() == null
        || request.directories().stream()
            .anyMatch(Path.of(named.getFile()).toAbsolutePath()::startsWith);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\n\\s*", " ");
  }

  /** Ends the process with the parent's end of the pipe. */
  private static void readRequests(InputStream input, BlockingQueue<String> asked) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        asked.add(line);
      }
    } catch (IOException broken) {
      System.err.println("standard input broke, taken for the end of the parent: " + broken);
    }
    // Not exit: native code may be in the middle of anything, and nothing here wants cleaning.
    Runtime.getRuntime().halt(1);
  }
}
