package dev.kinebeam.localstack.standin;

/** An API call that is answered with an error; the message is sent to the caller. */
public final class ApiFailure extends Exception {
  private final int status;

  public ApiFailure(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
