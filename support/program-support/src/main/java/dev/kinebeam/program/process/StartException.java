package dev.kinebeam.program.process;

import org.jspecify.annotations.Nullable;

/** A program cannot start, or must not; the message says what is wrong and what to do next. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  public StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
