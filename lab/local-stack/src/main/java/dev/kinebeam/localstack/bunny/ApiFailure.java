package dev.kinebeam.localstack.bunny;

/** An API call that is answered with an error; the message is sent to the caller. */
final class ApiFailure extends Exception {
  private final int status;

  ApiFailure(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
