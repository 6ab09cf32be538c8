package dev.kinebeam.objectstore;

import dev.kinebeam.program.retry.TransientFailure;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why the object store did not do what was asked; the message names bucket and key. */
public abstract sealed class ObjectStoreException extends IOException {
  private ObjectStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** There is no such object or bucket. Asking again will not help. */
  public static final class Missing extends ObjectStoreException {
    Missing(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The store understood and said no: rights, credentials, a wrong request. Asking again will not
   * help.
   */
  public static final class Refused extends ObjectStoreException {
    Refused(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * No answer, or the store is in trouble, after the SDK's own retries. Asking again later may
   * help.
   */
  public static final class Unavailable extends ObjectStoreException implements TransientFailure {
    Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
