package dev.kinebeam.program.retry;

import java.io.IOException;

/**
 * Something far away did not answer, or this machine was short of something for a moment: trying
 * again later may help.
 */
public final class TemporaryFailure extends IOException {
  private static final long serialVersionUID = 1L;

  public TemporaryFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
