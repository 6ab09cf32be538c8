package dev.kinebeam.localstack.standin;

import java.io.IOException;

/** The file cannot be made playable; the message says what was wrong with it. */
public final class UnreadableVideoException extends IOException {
  UnreadableVideoException(String message) {
    super(message);
  }

  UnreadableVideoException(String message, Throwable cause) {
    super(message, cause);
  }
}
