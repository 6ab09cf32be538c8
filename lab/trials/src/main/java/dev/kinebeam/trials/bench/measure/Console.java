package dev.kinebeam.trials.bench.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.util.Locale;

/** Where a bench reports its progress; each line is printed when the call returns. */
public record Console(PrintWriter out) {
  /** A step on the way. */
  public void step(String format, Object... arguments) {
    line("  " + String.format(Locale.ROOT, format, arguments));
  }

  /** A figure for the reader. */
  public void say(String format, Object... arguments) {
    line(String.format(Locale.ROOT, format, arguments));
  }

  /** The last line. */
  public void end(Verdict verdict) throws JsonProcessingException {
    line(verdict.toLine());
  }

  private void line(String text) {
    out.println(text);
    out.flush();
  }
}
