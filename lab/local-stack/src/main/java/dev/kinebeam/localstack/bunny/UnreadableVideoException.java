package dev.kinebeam.localstack.bunny;

import java.io.IOException;

/** The file cannot be made playable; the message says what was wrong with it. */
final class UnreadableVideoException extends IOException {
  UnreadableVideoException(String message) {
    super(message);
  }

  UnreadableVideoException(String message, Throwable cause) {
    super(message, cause);
  }
}
