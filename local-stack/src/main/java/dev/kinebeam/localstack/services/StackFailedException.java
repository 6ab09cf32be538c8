package dev.kinebeam.localstack.services;

import java.io.IOException;

/** A service did not start or stop; the message names it, its log file and the log's last lines. */
public final class StackFailedException extends IOException {
  StackFailedException(String message) {
    super(message);
  }

  StackFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
