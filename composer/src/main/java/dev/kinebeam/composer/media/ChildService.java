package dev.kinebeam.composer.media;

import dev.kinebeam.composer.libav.Libav;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.libav.WireLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The child's side of a {@link ChildPool}: a question on each line of standard input, an answer on
 * each of standard output, words as {@link WireLine} writes them. It ends at once when its parent
 * does, in the middle of a file too: then its standard input ends.
 */
public final class ChildService {
  static final String OK = "ok";
  static final String REJECTED = "rejected";

  /** The files cannot be reached or written: nothing that another file would be spared. */
  static final String FAILED = "failed";

  /** A plane of the biggest picture that we decode takes 72 MB; a header may ask for anything. */
  private static final long MAX_AT_ONCE = 256L << 20;

  /** What a child can do. */
  @FunctionalInterface
  public interface Work {
    /**
     * Answers a question.
     *
     * @throws MediaException when the file is at fault
     * @throws IOException when this machine is
     */
    List<String> answer(List<String> question) throws IOException;
  }

  private ChildService() {}

  /** Serves until standard input ends. */
  public static void serve(Work work) throws InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> readQuestions(asked), "questions");
    reader.setDaemon(true);
    reader.start();
    Libav.limitAllocations(MAX_AT_ONCE);
    while (true) {
      out.println(answer(work, WireLine.words(asked.take())));
      if (out.checkError()) {
        return;
      }
    }
  }

  /** Ends the process with the parent's end of the pipe. */
  private static void readQuestions(BlockingQueue<String> asked) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        asked.add(line);
      }
    } catch (IOException e) {
      System.err.println("the questions broke off: " + e);
    } finally {
      // Not exit: native code may be in the middle of anything, and nothing here wants cleaning.
      Runtime.getRuntime().halt(0);
    }
  }

  private static String answer(Work work, List<String> question) {
    try {
      List<String> words = new ArrayList<>(List.of(OK));
      words.addAll(work.answer(question));
      return WireLine.line(words);
    } catch (MediaException e) {
      return WireLine.line(List.of(REJECTED, e.getMessage()));
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      return WireLine.line(List.of(FAILED, reason));
    }
  }
}
