package dev.kinebeam.catalog.host;

import dev.kinebeam.program.retry.TransientFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Why a video host did not do what was asked; the message names the call and the answer. */
public abstract sealed class VideoHostException extends IOException {
  private VideoHostException(String message) {
    super(message);
  }

  private VideoHostException(String message, Throwable cause) {
    super(message, cause);
  }

  /** There is no such thing. Asking again will not help. */
  public static final class Missing extends VideoHostException {
    Missing(String message) {
      super(message);
    }
  }

  /** The host understood and refused: the key or the request. Asking again will not help. */
  public static final class Refused extends VideoHostException {
    private final int status;

    Refused(String message, int status) {
      super(message);
      this.status = status;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }
  }

  /**
   * No answer, one of another form than the API's, or the host is busy or in trouble (429, 5xx),
   * after our retries. Asking again later may help.
   */
  public static final class Unavailable extends VideoHostException implements TransientFailure {
    private final Optional<Duration> retryAfter;

    public Unavailable(String message, Optional<Duration> retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
      this.retryAfter = Optional.empty();
    }

    @Override
    public Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }
}
