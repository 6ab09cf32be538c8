package dev.kinebeam.program.process;

/** A program cannot start, or must not; the message says what is wrong and what to do next. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
