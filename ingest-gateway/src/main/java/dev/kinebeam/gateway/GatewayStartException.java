package dev.kinebeam.gateway;

/** The gateway cannot start; the message says what is wrong and what to do next. */
public final class GatewayStartException extends Exception {
  private static final long serialVersionUID = 1L;

  GatewayStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
