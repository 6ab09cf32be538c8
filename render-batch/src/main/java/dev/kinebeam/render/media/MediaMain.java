package dev.kinebeam.render.media;

import dev.kinebeam.render.libav.MediaException;
import dev.kinebeam.render.libav.MediaReport;
import dev.kinebeam.render.libav.Mp3Maker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The child process in which delivered files are decoded: {@code look FILE} or {@code mp3 FILE
 * TARGET} on each line of standard input, an answer on each of standard output, words as {@link
 * Wire} writes them. It ends with its input, whatever it is doing then.
 */
public final class MediaMain {
  static final String LOOK = "look";
  static final String MP3 = "mp3";
  static final String OK = "ok";
  static final String REJECTED = "rejected";

  /** The files cannot be reached or written: nothing that another file would be spared. */
  static final String FAILED = "failed";

  private MediaMain() {}

  public static void main(String[] args) throws InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> readQuestions(asked), "questions");
    reader.setDaemon(true);
    reader.start();
    while (true) {
      out.println(answer(Wire.words(asked.take())));
      if (out.checkError()) {
        return; // nobody listens any more
      }
    }
  }

  /** Ends the process with the parent's end of the pipe, in the middle of a file too. */
  private static void readQuestions(BlockingQueue<String> asked) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        asked.add(line);
      }
    } catch (IOException e) {
      System.err.println("the questions broke off: " + e);
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  private static String answer(List<String> question) {
    Path file = Path.of(question.get(1));
    try {
      if (question.get(0).equals(LOOK)) {
        List<String> words = new ArrayList<>(List.of(OK));
        words.addAll(Wire.words(MediaReport.of(file)));
        return Wire.line(words);
      }
      Mp3Maker.make(file, Path.of(question.get(2)));
      return OK;
    } catch (MediaException e) {
      return Wire.line(List.of(REJECTED, e.getMessage()));
    } catch (IOException e) {
      return Wire.line(List.of(FAILED, e.toString()));
    }
  }
}
