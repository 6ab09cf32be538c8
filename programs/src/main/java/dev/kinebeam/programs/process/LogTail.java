package dev.kinebeam.programs.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The end of a log, to be shown with an error. */
public final class LogTail {
  private static final String STACK_FRAME = "\tat ";
  private static final int LINES = 15;
  private static final int BYTES = 8 * 1024;

  private LogTail() {}

  /** The file's name and its last lines, as one string; stack frames stay in the file. */
  public static String of(Path log) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] end = new byte[(int) Math.min(BYTES, file.length())];
      file.seek(file.length() - end.length);
      file.readFully(end);
      List<String> lines =
          new String(end, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith(STACK_FRAME))
              .toList();
      List<String> last = lines.subList(Math.max(0, lines.size() - LINES), lines.size());
      return "its log " + log + " ends with:\n  " + String.join("\n  ", last);
    } catch (IOException unreadable) {
      return "its log " + log + " cannot be read: " + unreadable;
    }
  }
}
