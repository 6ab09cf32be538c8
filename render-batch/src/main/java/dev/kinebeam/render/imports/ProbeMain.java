package dev.kinebeam.render.imports;

import dev.kinebeam.render.libav.MediaException;
import dev.kinebeam.render.libav.VideoProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The child process in which files of an import are looked at: a path on each line of standard
 * input, an answer on each of standard output. It ends with its input.
 */
public final class ProbeMain {
  static final String OK = "ok ";
  static final String REJECTED = "rejected ";

  private ProbeMain() {}

  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String path = in.readLine(); path != null; path = in.readLine()) {
      out.println(answer(Path.of(path)));
      if (out.checkError()) {
        return; // nobody listens any more
      }
    }
  }

  private static String answer(Path file) throws IOException {
    try {
      VideoProbe probe = VideoProbe.of(file);
      return OK
          + probe.seconds()
          + " "
          + probe.width()
          + " "
          + probe.height()
          + " "
          + probe.codec()
          + " "
          + probe.hasSound();
    } catch (MediaException e) {
      return REJECTED + e.getMessage().replace('\n', ' ');
    }
  }
}
