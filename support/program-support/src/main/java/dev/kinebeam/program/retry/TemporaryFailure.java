package dev.kinebeam.program.retry;

import java.io.IOException;

/** A remote service did not answer, or this machine was short of a resource for a moment. */
public final class TemporaryFailure extends IOException implements TransientFailure {
  private static final long serialVersionUID = 1L;

  public TemporaryFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
