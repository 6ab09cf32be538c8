package dev.kinebeam.program.cli;

import dev.kinebeam.schemas.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** The flag {@code --json}: output for scripts in place of text for people. */
public final class JsonOption {
  @Option(names = "--json", description = "Print JSON instead of text, one object a line.")
  private boolean json;

  /** Whether the flag was given. */
  public boolean isWanted() {
    return json;
  }

  /** Prints one object as one line. */
  public static void print(PrintWriter out, Object value) {
    out.println(new String(Json.bytes(value), StandardCharsets.UTF_8));
  }
}
