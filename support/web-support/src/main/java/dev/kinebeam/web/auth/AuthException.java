package dev.kinebeam.web.auth;

/** The request shows no token that can be believed; the message says why and holds no secret. */
public final class AuthException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  AuthException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** A stable word for programs: {@code missing}, {@code malformed}, {@code expired}, … */
  public String code() {
    return code;
  }
}
