package dev.kinebeam.programs.process;

import java.io.IOException;

/** A service did not start or stop; the message names it, its log file and the log's last lines. */
public final class ProgramFailedException extends IOException {
  public ProgramFailedException(String message) {
    super(message);
  }

  public ProgramFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
