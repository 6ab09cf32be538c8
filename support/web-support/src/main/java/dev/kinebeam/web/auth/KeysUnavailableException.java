package dev.kinebeam.web.auth;

/**
 * The signing keys cannot be fetched now, so that no token can be judged; trying later may help.
 */
public final class KeysUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  KeysUnavailableException(Throwable cause) {
    super("the signing keys cannot be fetched", cause);
  }
}
