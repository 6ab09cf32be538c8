package dev.kinebeam.catalog.credentials;

import org.jspecify.annotations.Nullable;

/** A secret of the database cannot be decrypted; the message names it, the key, and the remedy. */
public final class UnreadableSecretException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableSecretException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
