package dev.kinebeam.coreapi.identity;

/** A person could not be signed in at the provider. The message is for the log. */
public final class SignInException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What the person can do about it differs by the kind. */
  public enum Kind {
    /** The provider does not answer: later it may. */
    UNAVAILABLE,
    /** The code was used before, or is too old: signing in again helps. */
    EXPIRED,
    /** The ID token is not one that counts here, or does not say who the person is. */
    REFUSED,
    /** The provider refuses the request, or is set up wrongly. */
    PROVIDER
  }

  SignInException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  SignInException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
